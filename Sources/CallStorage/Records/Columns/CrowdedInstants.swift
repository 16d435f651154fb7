/// The calls of callers who have very many in one instant, by their ids, which say there what is earlier (records.md §1): a new one is put among them, and does not look at each.
struct CrowdedInstants {
    struct Instant: Hashable {
        var caller: Int64
        /// As entries have it: below 0 for tests.
        var account: Int64
        /// Calls to it; 0: to any.
        var number: Int64
        var startedAt: Int64
    }

    /// In the order of the ids.
    struct Crowd {
        fileprivate(set) var members: [Member] = []

        /// How many are earlier than the call of this id.
        func place(of callID: String) -> Int {
            var (low, high) = (0, members.count)
            while low < high {
                let middle = (low + high) / 2
                if members[middle].callID.utf8.lexicographicallyPrecedes(callID.utf8) { low = middle + 1 } else { high = middle }
            }
            return low
        }
    }

    struct Member: Hashable {
        var callID: String
        var row: Int64
    }

    /// Of some 50 bytes each; then it begins anew.
    private static let capacity = 262_144

    private var crowds: [Instant: Crowd] = [:]
    private var count = 0

    mutating func crowd(of instant: Instant, read: () throws -> [Member]) rethrows -> Crowd {
        if let known = crowds[instant] { return known }
        let members = try read().sorted { $0.callID.utf8.lexicographicallyPrecedes($1.callID.utf8) }
        if count + members.count > Self.capacity { self = CrowdedInstants() }
        let crowd = Crowd(members: members)
        crowds[instant] = crowd
        count += members.count
        return crowd
    }

    /// A caller's call is new, moved or gone.
    mutating func change(_ old: CallerEntry?, to new: CallerEntry?, callID: String) {
        if crowds.isEmpty { return }
        if let old {
            for instant in Self.instants(of: old) {
                guard let place = crowds[instant]?.place(of: callID), crowds[instant]?.members.dropFirst(place).first?.row == old.row else { continue }
                crowds[instant]?.members.remove(at: place)
                count -= 1
            }
        }
        guard let new else { return }
        for instant in Self.instants(of: new) {
            guard let place = crowds[instant]?.place(of: callID), crowds[instant]?.members.dropFirst(place).first?.row != new.row else { continue }
            crowds[instant]?.members.insert(Member(callID: callID, row: new.row), at: place)
            count += 1
        }
    }

    private static func instants(of entry: CallerEntry) -> [Instant] {
        [0, entry.number].map { Instant(caller: entry.caller, account: entry.account, number: $0, startedAt: entry.startedAt) }
    }
}
