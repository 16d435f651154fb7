/// Digests of calls that are not in a block yet, or otherwise than they stand there. They go before the blocks.
///
/// Kept in shares, so that a reader may hold them as they were without all of them being copied at the next change.
struct LateCalls {
    struct Call {
        var digest: CallDigest
        /// A block may hold it as it was.
        var mayBeInBlock: Bool
    }

    private static let share = 64

    /// A row of 0 is a free place.
    private(set) var shares: [[Call]] = []
    private var places: [Int64: Int] = [:]
    private var free: [Int] = []
    /// How many of them a block may hold as they were.
    private(set) var changed = 0

    var count: Int { places.count }

    subscript(row: Int64) -> Call? { places[row].map { shares[$0 / Self.share][$0 % Self.share] } }

    func contains(_ row: Int64) -> Bool { places[row] != nil }

    /// The earlier calls that its digest says; nil as well where it is not late.
    func prior(_ row: Int64) -> Int? {
        places[row].flatMap { CallDigest.prior(shares[$0 / Self.share][$0 % Self.share].digest[.prior]) }
    }

    mutating func set(_ digest: CallDigest, mayBeInBlock: Bool) {
        let row = digest.row
        if let place = places[row] {
            // What a block held, it holds until it is written anew.
            shares[place / Self.share][place % Self.share].digest = digest
            return
        }
        if mayBeInBlock { changed += 1 }
        let call = Call(digest: digest, mayBeInBlock: mayBeInBlock)
        if let place = free.popLast() {
            shares[place / Self.share][place % Self.share] = call
            places[row] = place
            return
        }
        if shares.last.map({ $0.count == Self.share }) ?? true {
            shares.append([])
            shares[shares.count - 1].reserveCapacity(Self.share)
        }
        places[row] = (shares.count - 1) * Self.share + shares[shares.count - 1].count
        shares[shares.count - 1].append(call)
    }

    mutating func remove(_ row: Int64) {
        guard let place = places.removeValue(forKey: row) else { return }
        if shares[place / Self.share][place % Self.share].mayBeInBlock { changed -= 1 }
        shares[place / Self.share][place % Self.share] = Call(digest: CallDigest(), mayBeInBlock: false)
        free.append(place)
    }

    /// No block holds it, or none does any more.
    mutating func noteNotInBlock(_ row: Int64) {
        guard let place = places[row], shares[place / Self.share][place % Self.share].mayBeInBlock else { return }
        shares[place / Self.share][place % Self.share].mayBeInBlock = false
        changed -= 1
    }

    func forEach(_ body: (Call) -> Void) {
        for share in shares { for call in share where call.digest.row != 0 { body(call) } }
    }
}
