internal import CallAttribution
internal import CallModel

/// All calls of a caller in an account, in the order of their start.
struct LongPast {
    private let entries: [CallerEntry]
    /// Calls of one instant that are looked at one by one.
    private static let few = 32

    init(_ entries: [CallerEntry]) { self.entries = entries }

    var length: Int { entries.count }

    /// How many of them are earlier than the call of `row`.
    ///
    /// - Parameters:
    ///   - callID: of a row; asked of calls that began in the same instant.
    ///   - crowd: how many of those are earlier; asked where they are many.
    func count(_ earlier: EarlierCalls, of row: Int64, callID: (Int64) throws -> String, crowd: () throws -> Int) rethrows -> Int {
        let first = place(of: earlier.span.lowerBound.milliseconds)
        let tied = place(of: earlier.span.upperBound.milliseconds)
        var count = max(0, tied - first)
        if tied + Self.few < entries.count, entries[tied + Self.few].startedAt == earlier.span.upperBound.milliseconds { return count + (try crowd()) }
        var place = tied
        while place < entries.count, entries[place].startedAt == earlier.span.upperBound.milliseconds {
            let other = entries[place]
            if other.row != row, try earlier.contains(earlier.span.upperBound, callID: try callID(other.row)) { count += 1 }
            place += 1
        }
        return count
    }

    /// Of the first that did not begin before.
    private func place(of start: Int64) -> Int { entries.firstPlace { $0.startedAt < start } }
}

/// The pasts of callers whose calls are asked for one after the other: who has called a thousand times is not counted a thousand times.
struct LongPasts {
    /// Of 40 bytes each; then it begins anew.
    private static let capacity = 262_144

    /// By caller and account.
    private var pasts: [Int64: [Int64: LongPast]] = [:]
    private var count = 0

    mutating func past(of caller: Int64, account: Int64, read: (Int64, Int64) throws -> [CallerEntry]) rethrows -> LongPast {
        if let known = pasts[caller]?[account] { return known }
        let past = LongPast(try read(caller, account))
        if count + past.length > Self.capacity {
            pasts = [:]
            count = 0
        }
        pasts[caller, default: [:]][account] = past
        count += past.length
        return past
    }

    /// The callers' calls have changed.
    mutating func forget(_ callers: Int64?...) {
        if pasts.isEmpty { return }
        for caller in callers { if let caller { pasts[caller] = nil } }
    }
}
