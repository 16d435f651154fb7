internal import CallModel
internal import SQLite

/// What a call is in its caller's past: the columns of its row that tell it.
struct CallerCall {
    /// Of `calls`.
    var row: Int64
    /// The hash of the call's id.
    var key: Int64
    var account: Int64
    var caller: Int64
    var startedAt: Int64
    var number: Int64
    var destination: Int64
    var answeredAt: Int64
    var qualification: Int64
    var isTest: Bool
    var isSpam: Bool

    init(_ row: CallRow, key: Int64) {
        self.row = row.id
        self.key = key
        account = row.columns.account
        caller = row.columns.caller
        startedAt = row.columns.startedAt
        number = row.columns.number
        destination = row.columns.destination
        answeredAt = row.columns.answeredAt
        qualification = row.columns.qualification
        isTest = row.columns.hidden == CallColumns.hiddenTest
        isSpam = row.columns.hidden == CallColumns.hiddenSpam
    }

    /// In the order in which `init(_:)` reads them.
    static let columns = "id, key, account, caller, started_at, number, destination, answered_at, qualification, hidden"

    init(_ statement: borrowing Statement) {
        row = statement.int64(0)
        key = statement.int64(1)
        account = statement.int64(2)
        caller = statement.int64(3)
        startedAt = statement.int64(4)
        number = statement.int64(5)
        destination = statement.int64(6)
        answeredAt = statement.int64(7)
        qualification = statement.int64(8)
        isTest = statement.int64(9) == CallColumns.hiddenTest
        isSpam = statement.int64(9) == CallColumns.hiddenSpam
    }
}

/// Calls of those callers who have very many, so that each question about one does not read them all again.
struct BusyCallers {
    /// Rows that are read anew each time, at 2 to 4 microseconds each while their pages are in memory.
    private static let few = 32
    /// At 80 bytes, some 20 MB; then it begins anew.
    private static let capacity = 262_144

    private var calls: [Int64: [Int64: CallerCall]] = [:]
    /// By account, of those callers of whom they have been asked since something changed.
    private var conversions: [Int64: [Int64: Set<String>]] = [:]
    private var count = 0

    subscript(caller: Int64) -> [Int64: CallerCall]? { calls[caller] }

    /// The ids of a caller's conversions in an account; nil where they are to be judged.
    func conversions(of caller: Int64, _ account: Int64) -> Set<String>? { conversions[caller]?[account] }

    mutating func keep(conversions found: Set<String>, of caller: Int64, _ account: Int64) {
        if calls[caller] != nil { conversions[caller, default: [:]][account] = found }
    }

    /// Takes all calls of a caller as they have been read, where they are worth it.
    mutating func keep(_ found: [Int64: CallerCall], of caller: Int64) {
        guard found.count > Self.few else { return }
        if count + found.count > Self.capacity { self = BusyCallers() }
        calls[caller] = found
        count += found.count
    }

    var isEmpty: Bool { calls.isEmpty }

    /// Read anew when they are asked for next.
    mutating func forget(_ caller: Int64) {
        calls[caller] = nil
        conversions[caller] = nil
    }

    /// Takes a call as it was written. Each counts once more: that only brings the new beginning nearer.
    mutating func take(_ call: CallerCall, formerly caller: Int64) {
        if caller != call.caller {
            calls[caller]?[call.row] = nil
            conversions[caller] = nil
        }
        guard calls[call.caller] != nil else { return }
        conversions[call.caller] = nil
        calls[call.caller]?[call.row] = call
        count += 1
    }
}
