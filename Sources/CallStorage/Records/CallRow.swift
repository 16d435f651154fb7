internal import CallAttribution
internal import CallModel

/// What a row of `calls` says beside the inputs: the columns that are searched. 0 stands for none; most of them are then NULL in the file.
struct CallColumns: Hashable {
    var account: Int64 = 0
    var startedAt: Int64 = 0
    var number: Int64 = 0
    var source: Int64 = 0
    var destination: Int64 = 0
    /// 0 while the call goes on.
    var outcome: Int64 = 0
    /// 1 spam, 2 test.
    var hidden: Int64 = 0
    /// When it is closed without an end; nil once it is finished.
    var dueAt: Int64?
    /// The digits of the caller's number.
    var caller: Int64 = 0
    /// When `destination` answered.
    var answeredAt: Int64 = 0
    /// What the rules make of the call by its own inputs: a `Qualification`'s code.
    var qualification: Int64 = 0

    static let hiddenSpam: Int64 = 1
    static let hiddenTest: Int64 = 2
}

extension CallColumns {
    /// Takes what the call is in its caller's past.
    mutating func describeCaller(_ record: CallRecord, _ facts: CallFacts?) {
        caller = record.callerNumber.flatMap { PhoneNumber(e164: $0) }.map { Int64($0.digits) } ?? 0
        answeredAt = record.answer?.at.milliseconds ?? 0
        qualification = Qualification(record, rules: facts?.rules ?? [], knowsCaller: false).code
    }
}

/// A call as its row holds it.
struct CallRow {
    let id: Int64
    let callID: String
    var columns: CallColumns
    var inputs: PackedHistory
    var facts: CallFacts?
    var factsID: Int64
    var updatedAt: Timestamp
    var closedAt: Timestamp?

    /// Without what the caller's other calls say.
    func stored(places: PlaceLookup) throws(StorageError) -> StoredCall {
        StoredCall(history: try inputs.history(callID: callID), facts: facts, updatedAt: updatedAt, closedAt: closedAt, places: places)
    }
}

extension CallOutcome {
    /// Never changed: rows carry it.
    var code: Int64 {
        switch self {
        case .answered: 1
        case .voicemail: 2
        case .abandoned: 3
        case .missed: 4
        case .blocked: 5
        case .notRouted: 6
        case .failed: 7
        case .unknown: 8
        }
    }
}
