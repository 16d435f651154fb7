/// The latest calls of callers who call often, so that the next one reads none of them again.
struct LatestCalls {
    private struct Past {
        /// All that began from here on are in it, or `most`.
        var start: Int64
        /// The newest first.
        var calls: [CallerEntry]
    }

    /// Of whom fewer are found, they are read again each time.
    private static let few = 8
    /// Calls in a generation, of 40 bytes each: some 20 MB in both.
    private static let capacity = 262_144

    private let most: Int
    /// Who has called lately, and who has not since: they go when the first are too many.
    private var young: [Int64: Past] = [:]
    private var old: [Int64: Past] = [:]
    private var count = 0

    /// - Parameter most: calls of one caller.
    init(most: Int) { self.most = most }

    /// The caller's latest calls that began from `start` on, `most` of them at most; nil: they are to be read.
    mutating func calls(of caller: Int64, from start: Int64) -> [CallerEntry]? {
        guard let past = young[caller] ?? refresh(caller), past.calls.count == most || past.start <= start else { return nil }
        guard let last = past.calls.last, last.startedAt < start else { return past.calls }
        return Array(past.calls.prefix { $0.startedAt >= start })
    }

    /// Takes what has been read.
    mutating func keep(_ calls: [CallerEntry], of caller: Int64, from start: Int64) {
        guard calls.count >= Self.few else { return forget(caller) }
        old[caller] = nil
        insert(Past(start: start, calls: calls), of: caller)
    }

    /// A new call of a caller.
    mutating func add(_ entry: CallerEntry) {
        guard young[entry.caller] != nil || refresh(entry.caller) != nil, let start = young[entry.caller]?.start else { return }
        // Whatever is older than `most` others is not missed.
        guard entry.startedAt >= start || young[entry.caller]?.calls.count == most else { return }
        let place = young[entry.caller]?.calls.firstIndex { $0.place < entry.place } ?? young[entry.caller]?.calls.count ?? 0
        young[entry.caller]?.calls.insert(entry, at: place)
        if young[entry.caller]?.calls.count ?? 0 > most { young[entry.caller]?.calls.removeLast() } else { count += 1 }
    }

    /// One of the caller's calls is another's, or began at another time.
    mutating func forget(_ caller: Int64) {
        if young.isEmpty, old.isEmpty { return }
        if let past = young.removeValue(forKey: caller) { count -= past.calls.count }
        old[caller] = nil
    }

    private mutating func refresh(_ caller: Int64) -> Past? {
        guard let past = old.removeValue(forKey: caller) else { return nil }
        insert(past, of: caller)
        return past
    }

    private mutating func insert(_ past: Past, of caller: Int64) {
        if count >= Self.capacity {
            old = young
            young = [:]
            count = 0
        }
        count += past.calls.count - (young.updateValue(past, forKey: caller)?.calls.count ?? 0)
    }
}
