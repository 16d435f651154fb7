/// Keys of recent calls that are not in the file's index yet.
///
/// Keys are random, so each would dirty a page of its own when it is written at once (performance.md: half the cost of a record). They wait here, are sorted, and go in a share at a time: neighbours then fall on the same page.
/// Nothing is lost with the process: each row holds its key, and the rows after `watermark` are read again at the start.
struct PendingKeys {
    struct Entry {
        var key: Int64
        var row: Int64
    }

    /// At 24 bytes each, twice this many are held at most; the start reads as many rows again. A leaf page of 280 keys gets several of them at once until there are some 40 million calls.
    static let capacity = 131_072

    /// Keys of rows up to this one are in the index.
    private(set) var watermark: Int64
    private var young: [Int64: Int64] = [:]
    /// Two calls with one key: as good as never, but not lost.
    private var doubles: [Entry] = []
    private var old: [Int64: Int64] = [:]
    private var oldDoubles: [Entry] = []
    private var sorted: [Entry] = []
    private var written = 0
    private var lastYoungRow: Int64
    private var lastOldRow: Int64

    init(watermark: Int64) {
        self.watermark = watermark
        lastYoungRow = watermark
        lastOldRow = watermark
    }

    /// A row that may be the call with this key.
    func rows(of key: Int64) -> [Int64] {
        var rows: [Int64] = []
        if let row = young[key] { rows.append(row) }
        if let row = old[key] { rows.append(row) }
        for double in doubles + oldDoubles where double.key == key { rows.append(double.row) }
        return rows
    }

    mutating func add(_ entry: Entry) {
        if young[entry.key] == nil { young[entry.key] = entry.row } else { doubles.append(entry) }
        lastYoungRow = max(lastYoungRow, entry.row)
        if young.count >= Self.capacity, sorted.isEmpty { age() }
    }

    /// The next keys to write after a batch of `calls` new calls: enough that the old are written before the young are as many.
    func share(calls: Int) -> ArraySlice<Entry> {
        sorted[written..<min(sorted.count, written + calls + calls / 4 + 8)]
    }

    /// The watermark to store with `count` more written keys; nil while some of the old remain.
    func watermark(afterWriting count: Int) -> Int64? {
        !sorted.isEmpty && written + count == sorted.count ? lastOldRow : nil
    }

    /// `count` more keys are on disk.
    mutating func settle(_ count: Int) {
        written += count
        guard !sorted.isEmpty, written == sorted.count else { return }
        watermark = lastOldRow
        old = [:]
        oldDoubles = []
        sorted = []
        written = 0
        if young.count >= Self.capacity { age() }
    }

    private mutating func age() {
        old = young
        sorted = (young.map { Entry(key: $0.key, row: $0.value) } + doubles).sorted { $0.key < $1.key }
        lastOldRow = lastYoungRow
        young = [:]
        oldDoubles = doubles
        doubles = []
    }
}
