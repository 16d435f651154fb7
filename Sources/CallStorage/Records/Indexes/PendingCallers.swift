/// Entries of recent calls that are not in the file's index yet; as `PendingKeys`, with what an entry says beside its key.
struct PendingCallers {
    private struct Generation {
        private(set) var entries: [CallerEntry] = []
        private var previous: [Int32] = []
        private var latest: [Int64: Int32] = [:]
        /// How many of the same caller's come before.
        private var earlier: [Int32] = []
        /// All of a caller's in the order of their start, where there are many: a robot's are not walked through at each of its calls.
        private var crowds: [Int64: [CallerEntry]] = [:]
        private static let crowd: Int32 = 256

        mutating func add(_ entry: CallerEntry) {
            let before = entry.caller == 0 ? -1 : latest.updateValue(Int32(entries.count), forKey: entry.caller) ?? -1
            let count = before < 0 ? 0 : earlier[Int(before)] + 1
            previous.append(before)
            earlier.append(count)
            entries.append(entry)
            if count > Self.crowd { join(entry) } else if count == Self.crowd { gather(entry.caller) }
        }

        private mutating func gather(_ caller: Int64) {
            var all: [CallerEntry] = []
            forEach(caller) { all.append($0) }
            crowds[caller] = all.sorted { $0.place < $1.place }
        }

        private mutating func join(_ entry: CallerEntry) {
            guard let place = crowds[entry.caller]?.firstPlace(from: entry.place) else { return }
            crowds[entry.caller]?.insert(entry, at: place)
        }

        private mutating func leave(_ entry: CallerEntry) {
            guard let crowd = crowds[entry.caller] else { return }
            let place = crowd.firstPlace(from: entry.place)
            guard place < crowd.count, crowd[place] == entry else { return }
            crowds[entry.caller]?.remove(at: place)
        }

        /// Those within the span, from its end or from its beginning where there are many: no more than `limit` are taken then.
        func take(of caller: Int64, within span: ClosedRange<Int64>, latestFirst: Bool, limit: Int, _ take: (CallerEntry) -> Bool) {
            guard let crowd = crowds[caller] else { return forEach(caller) { _ = take($0) } }
            let first = crowd.firstPlace(from: CallCursor(startedAt: span.lowerBound, row: .min))
            let end = span.upperBound == .max ? crowd.count : crowd.firstPlace(from: CallCursor(startedAt: span.upperBound + 1, row: .min))
            var taken = 0
            for step in 0..<max(0, end - first) where taken < limit {
                if take(crowd[latestFirst ? end - 1 - step : first + step]) { taken += 1 }
            }
        }

        func forEach(_ caller: Int64, _ body: (CallerEntry) -> Void) {
            var place = latest[caller] ?? -1
            while place >= 0 {
                // One that became another's keeps its place in the chain.
                if entries[Int(place)].caller == caller { body(entries[Int(place)]) }
                place = previous[Int(place)]
            }
        }

        /// Rows are in their order. One that is another caller's now is in the file and waits no more.
        mutating func change(_ row: Int64, to new: CallerEntry?) {
            let place = entries.firstPlace { $0.row < row }
            guard place < entries.count, entries[place].row == row else { return }
            leave(entries[place])
            if let new, new.caller == entries[place].caller {
                entries[place] = new
                if crowds[new.caller] != nil { join(new) }
            } else {
                entries[place] = CallerEntry(caller: 0, row: row, startedAt: 0, account: 0, number: 0)
            }
        }

        mutating func forget(_ caller: Int64, _ rows: Set<Int64>) {
            var place = latest[caller] ?? -1
            while place >= 0 {
                let row = entries[Int(place)].row
                if rows.contains(row) {
                    leave(entries[Int(place)])
                    entries[Int(place)] = CallerEntry(caller: 0, row: row, startedAt: 0, account: 0, number: 0)
                }
                place = previous[Int(place)]
            }
            guard !entries.contains(where: { $0.caller == caller }) else { return }
            latest[caller] = nil
            crowds[caller] = nil
        }
    }

    /// Entries of rows up to this one are in the index.
    private(set) var watermark: Int64
    private let capacity: Int
    private var young = Generation()
    private var old = Generation()
    /// Places in `old` by caller, so that neighbours fall on the same page.
    private var order: [Int32] = []
    private var written = 0

    init(watermark: Int64, capacity: Int) {
        self.watermark = watermark
        self.capacity = capacity
    }

    func forEach(_ caller: Int64, _ body: (CallerEntry) -> Void) {
        young.forEach(caller, body)
        old.forEach(caller, body)
    }

    /// Those of a caller within the span that `take` accepts, all that are next to its end or its beginning among them, up to `limit`.
    func take(of caller: Int64, within span: ClosedRange<Int64>, latestFirst: Bool, limit: Int, _ take: (CallerEntry) -> Bool) {
        young.take(of: caller, within: span, latestFirst: latestFirst, limit: limit, take)
        old.take(of: caller, within: span, latestFirst: latestFirst, limit: limit, take)
    }

    mutating func add(_ entry: CallerEntry) {
        young.add(entry)
        if young.entries.count >= capacity, order.isEmpty { age() }
    }

    mutating func change(_ entry: CallerEntry, to new: CallerEntry?) {
        young.change(entry.row, to: new)
        old.change(entry.row, to: new)
    }

    mutating func forget(_ caller: Int64, _ rows: Set<Int64>) {
        young.forget(caller, rows)
        old.forget(caller, rows)
    }

    /// How many to write after a batch of `calls` new calls.
    func share(calls: Int) -> Int { min(order.count - written, calls + calls / 4 + 8) }

    func next(_ place: Int) -> CallerEntry { old.entries[Int(order[written + place])] }

    /// The watermark to store with `count` more written; nil while some of the old remain.
    func watermark(afterWriting count: Int) -> Int64? { !order.isEmpty && written + count == order.count ? old.entries.last?.row : nil }

    /// `count` more are on disk.
    mutating func settle(_ count: Int) {
        written += count
        guard !order.isEmpty, written == order.count else { return }
        watermark = old.entries.last?.row ?? watermark
        old = Generation()
        order = []
        written = 0
        if young.entries.count >= capacity { age() }
    }

    private mutating func age() {
        old = young
        let entries = old.entries
        order = entries.indices.map(Int32.init).sorted { entries[Int($0)].caller < entries[Int($1)].caller }
        young = Generation()
    }
}

extension [CallerEntry] {
    /// Of those in their order, the first that is not before `place`.
    fileprivate func firstPlace(from place: CallCursor) -> Int { firstPlace { $0.place < place } }
}
