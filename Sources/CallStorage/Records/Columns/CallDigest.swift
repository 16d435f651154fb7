internal import CallAttribution
internal import CallModel

/// What lists and reports look at of a call: a word for each column. All of it is derived from the completed record.
///
/// Texts are keyed hashes, so that any of them fits and none has to be numbered first; numbers are thousandths.
struct CallDigest {
    // Read through its span: a subscript of an inline array copies the whole.
    private var words = InlineArray<112, UInt32>(repeating: 0)

    init() {}

    /// Column numbers are below `DigestColumn.count`, which is this array's length.
    subscript(_ column: DigestColumn) -> UInt32 {
        get { words.span[column.number] }
        set { words[column.number] = newValue }
    }

    subscript(number number: Int) -> UInt32 {
        get { words.span[number] }
        set { words[number] = newValue }
    }

    /// Puts its words into their columns, each of `count` words, at `place`.
    func spread(into columns: inout [UInt32], at place: Int, of count: Int) {
        let words = words.span
        for number in 0..<DigestColumn.count { columns[number * count + place] = words[number] }
    }

    /// More earlier calls than these are not told apart: so one that comes late changes no more than the next few calls of its caller.
    static let mostPrior = 33

    static let isSpam: UInt32 = 1
    static let isTest: UInt32 = 2
    /// Several visitors may have called: the record names them.
    static let hasCandidates: UInt32 = 4
    /// More earlier calls than are counted decide whether it is qualified: the record tells.
    static let isOpen: UInt32 = 8
    /// Qualified, and perhaps no conversion: the caller's other calls decide.
    static let mayBeDuplicate: UInt32 = 16
    /// What reports count of such a call its record tells.
    static let needsRecord = hasCandidates | isOpen | mayBeDuplicate

    var row: Int64 { Self.joined(self[.rowLow], self[.rowHigh]) }
    var startedAt: Int64 { Self.joined(self[.startLow], self[.startHigh]) }
    var caller: Int64 { Self.joined(self[.callerLow], self[.callerHigh]) }
    var value: Int64 { Self.joined(self[.valueLow], self[.valueHigh]) }
    var place: CallCursor { CallCursor(startedAt: startedAt, row: row) }
    var isHidden: Bool { self[.marks] & (Self.isSpam | Self.isTest) != 0 }
    var isFinished: Bool { self[.outcome] != 0 }

    /// Nil: none is known. `mostPrior` stands for as many or more, and for a number that is to be counted.
    var prior: Int? { Self.prior(self[.prior]) }

    /// Of the column's word.
    static func prior(_ word: UInt32) -> Int? { word == 0 ? nil : min(Int(word) - 1, mostPrior) }

    static func joined(_ low: UInt32, _ high: UInt32) -> Int64 { Int64(bitPattern: UInt64(high) << 32 | UInt64(low)) }

    fileprivate mutating func set(_ low: DigestColumn, _ high: DigestColumn, _ value: Int64) {
        self[low] = UInt32(truncatingIfNeeded: value)
        self[high] = UInt32(truncatingIfNeeded: value >> 32)
    }
}

/// Numbers of the names in a record.
struct DigestNames {
    var trackingNumber: Int64 = 0
    var destination: Int64 = 0
    var pool: Int64 = 0
    var landingPage: Int64 = 0
    var source: Int64 = 0
    var firstTouch: Int64 = 0
    var lastTouch: Int64 = 0
    var currency: Int64 = 0
}

extension CallDigest {
    /// - Parameters:
    ///   - record: completed; of its earlier calls `mostPrior` at most are counted.
    ///   - person: of the call's erasure, in place of its caller; 0 where it has none.
    init(
        _ record: borrowing CallRecord, row: Int64, columns: CallColumns, erased person: Int64, names: DigestNames, isOpen: Bool, mayBeDuplicate: Bool, key: CallKey
    ) {
        self.init()
        set(.rowLow, .rowHigh, row)
        set(.startLow, .startHigh, columns.startedAt)
        set(.callerLow, .callerHigh, columns.caller != 0 ? columns.caller : person)
        self[.account] = UInt32(truncatingIfNeeded: columns.account)
        self[.trackingNumber] = UInt32(truncatingIfNeeded: names.trackingNumber)
        self[.destination] = UInt32(truncatingIfNeeded: names.destination)
        self[.pool] = UInt32(truncatingIfNeeded: names.pool)
        self[.landingPage] = UInt32(truncatingIfNeeded: names.landingPage)
        self[.source] = UInt32(truncatingIfNeeded: names.source)
        self[.firstTouch] = UInt32(truncatingIfNeeded: names.firstTouch)
        self[.lastTouch] = UInt32(truncatingIfNeeded: names.lastTouch)
        self[.currency] = UInt32(truncatingIfNeeded: names.currency)
        self[.outcome] = UInt32(truncatingIfNeeded: columns.outcome)
        self[.attribution] = record.attribution.code
        set(.valueLow, .valueHigh, CallFigures.value(of: record))
        self[.marks] =
            (record.spam ? Self.isSpam : 0) | (record.isTest ? Self.isTest : 0) | (record.candidates.isEmpty ? 0 : Self.hasCandidates)
            | (isOpen ? Self.isOpen : 0) | (mayBeDuplicate ? Self.mayBeDuplicate : 0)
        self[.prior] = record.priorCalls.map { UInt32(min($0, Self.mostPrior) + 1) } ?? 0
        self[.qualified] = record.qualified.map(DigestWord.of) ?? 0
        let fields = record.web == nil ? DigestColumn.fieldsWithoutWeb : DigestColumn.fields
        for (field, column) in fields { self[column] = DigestWord.of(record.value(of: field), key) }
        if isOpen { for column in DigestColumn.ofQualification { self[column] = DigestWord.inexact } }
    }
}

/// How a value is written as a word; 0 is none.
enum DigestWord {
    /// The number has another form than whole thousandths: the record tells.
    static let inexact = UInt32.max
    /// Texts are above, so that they are never taken for a flag.
    private static let firstText: UInt32 = 16

    static func of(_ value: RecordValue, _ key: CallKey) -> UInt32 {
        switch value {
        case .none: 0
        case .number(let number): of(number)
        case .flag(let flag): of(flag)
        case .text(let text): of(text, key)
        case .list(let items): of(list: items, key)
        }
    }

    static func of(_ flag: Bool) -> UInt32 { flag ? 2 : 1 }

    static func of(_ text: String, _ key: CallKey) -> UInt32 { max(firstText, UInt32(truncatingIfNeeded: key(text))) }

    static func of(_ number: Double) -> UInt32 {
        let thousandths = (number * 1000).rounded()
        guard thousandths >= 0, thousandths < 4e9, thousandths / 1000 == number else { return inexact }
        return UInt32(thousandths) + 1
    }

    /// Of a list: a bit that there are some, and three for each of them.
    static func of(list items: [String], _ key: CallKey) -> UInt32 { items.reduce(0) { $0 | bits(of: $1, key) } }

    static func bits(of item: String, _ key: CallKey) -> UInt32 {
        let hash = UInt64(bitPattern: key(item))
        return 1 << 31 | 1 << UInt32(hash % 31) | 1 << UInt32(hash >> 8 % 31) | 1 << UInt32(hash >> 16 % 31)
    }
}

extension AttributionCertainty {
    /// Never changed: files carry them.
    var code: UInt32 {
        switch self {
        case .certain: 1
        case .inherited: 2
        case .late: 3
        case .ambiguous: 4
        case .none: 5
        }
    }

    init(code: UInt32) { self = Self.allCases.first { $0.code == code } ?? .none }
}

extension CallOutcome {
    /// Nil for 0: the call goes on.
    init?(code: Int64) {
        guard let outcome = Self.allCases.first(where: { $0.code == code }) else { return nil }
        self = outcome
    }
}
