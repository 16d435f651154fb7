/// Keys of recent calls that are not in the file's index yet.
///
/// Keys come in no order, so each would dirty a page of its own when it is written at once (performance.md: half the cost of a record). They wait here, are sorted, and go in a share at a time: neighbours then fall on the same page.
/// Nothing is lost with the process: each row holds its key, and the rows after `watermark` are read again at the start.
struct PendingKeys {
    struct Entry {
        var key: Int64
        var row: Int64
    }

    /// Entries in the order of their rows, each with where the one before it with the same key is.
    private struct Generation {
        private(set) var entries: [Entry] = []
        private var previous: [Int32] = []
        private var latest: [Int64: Int32] = [:]

        mutating func add(_ entry: Entry) {
            previous.append(latest.updateValue(Int32(entries.count), forKey: entry.key) ?? -1)
            entries.append(entry)
        }

        /// The entries stay, since their rows do, under a key that is nobody's.
        mutating func forget(_ key: Int64, _ rows: Set<Int64>) {
            var place = latest[key] ?? -1
            var places: [Int] = []
            while place >= 0 {
                places.append(Int(place))
                place = previous[Int(place)]
            }
            latest[key] = nil
            for place in places.reversed() {
                previous[place] = -1
                if rows.contains(entries[place].row) {
                    entries[place].key = 0
                } else {
                    previous[place] = latest.updateValue(Int32(place), forKey: key) ?? -1
                }
            }
        }

        func appendRows(of key: Int64, to rows: inout [Int64]) {
            var place = latest[key] ?? -1
            while place >= 0 {
                rows.append(entries[Int(place)].row)
                place = previous[Int(place)]
            }
        }
    }

    /// Keys of rows up to this one are in the index.
    private(set) var watermark: Int64
    /// At some 45 bytes each.
    private let capacity: Int
    private var young = Generation()
    private var old = Generation()
    private var sorted: [Entry] = []
    /// Rows of `sorted` whose keys are gone.
    private var forgotten: Set<Int64> = []
    private var written = 0

    init(watermark: Int64, capacity: Int) {
        self.watermark = watermark
        self.capacity = capacity
    }

    /// The rows with this key.
    func rows(of key: Int64) -> [Int64] {
        var rows: [Int64] = []
        young.appendRows(of: key, to: &rows)
        old.appendRows(of: key, to: &rows)
        return rows
    }

    /// Rows come in their order.
    mutating func add(_ entry: Entry) {
        young.add(entry)
        if young.entries.count >= capacity, sorted.isEmpty { age() }
    }

    /// The next keys to write after a batch of `calls` new calls: enough that the old are written before the young are as many.
    func share(calls: Int) -> ArraySlice<Entry> {
        sorted[written..<min(sorted.count, written + calls + calls / 4 + 8)]
    }

    /// The watermark to store with `count` more written keys; nil while some of the old remain.
    func watermark(afterWriting count: Int) -> Int64? {
        !sorted.isEmpty && written + count == sorted.count ? old.entries.last?.row : nil
    }

    /// `count` more keys are on disk.
    mutating func settle(_ count: Int) {
        written += count
        guard !sorted.isEmpty, written == sorted.count else { return }
        watermark = old.entries.last?.row ?? watermark
        old = Generation()
        sorted = []
        forgotten = []
        written = 0
        if young.entries.count >= capacity { age() }
    }

    /// These rows have the key no more. Those in the midst of being written are to be left out (`isForgotten`).
    mutating func forget(_ key: Int64, _ rows: Set<Int64>) {
        young.forget(key, rows)
        old.forget(key, rows)
        if !sorted.isEmpty { forgotten.formUnion(rows) }
    }

    func isForgotten(_ row: Int64) -> Bool { !forgotten.isEmpty && forgotten.contains(row) }

    private mutating func age() {
        old = young
        // As their places in the file.
        sorted = old.entries.sorted { UInt64(bitPattern: $0.key) < UInt64(bitPattern: $1.key) }
        young = Generation()
    }
}
