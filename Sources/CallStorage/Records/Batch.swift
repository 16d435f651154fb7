internal import CallAttribution
internal import CallModel

/// The calls that a batch of inputs is about, each read once and written once.
struct Batch {
    /// A call on its way from its row to the next state of its row.
    struct Call {
        let callID: String
        let isNew: Bool
        /// As the row had it before; 0 for none.
        let formerCaller: Int64
        /// As it is in the file; nil: not there yet. At the end what was written.
        var row: CallRow?
        var history: CallHistory
        var closedAt: Timestamp?
        private(set) var isChanged = false
        /// Whether an input may say more of the number or the destinations.
        private(set) var mayChangeFacts = false
        /// The row's, with what was added.
        private(set) var inputs: PackedHistory

        init(row: CallRow?, callID: String) {
            self.callID = callID
            self.row = row
            isNew = row == nil
            formerCaller = row?.columns.caller ?? 0
            history = CallHistory(callID: callID)
            inputs = row?.inputs ?? PackedHistory()
        }

        /// False when it was known already.
        mutating func add(_ input: CallInput) -> Bool {
            guard history.add(input) else { return false }
            isChanged = true
            mayChangeFacts = mayChangeFacts || input.mayChangeFacts(row?.facts)
            guard history.erasure == nil else {
                inputs = PackedHistory(erased: history)
                return true
            }
            // As the history keeps it.
            switch input {
            case .exchange: if let last = history.exchanges.last { inputs.append(.exchange(last), cameOutOfOrder: history.cameOutOfOrder) }
            case .word(let callID, _): if let last = history.words.last { inputs.append(.word(callID: callID, last), cameOutOfOrder: history.cameOutOfOrder) }
            case .event: if let last = history.events.last { inputs.append(.event(last), cameOutOfOrder: history.cameOutOfOrder) }
            }
            return true
        }

        /// Its number may be somebody's by now, though nothing was told.
        mutating func askForFacts() { mayChangeFacts = true }

        /// Takes the history as it is without its caller.
        mutating func takeErased(_ history: CallHistory) {
            self.history = history
            inputs = PackedHistory(erased: history)
            isChanged = true
        }
    }

    var calls: [Call] = []
    var summary = ApplySummary()
    private var places: [String: Int] = [:]

    /// The place of a call, which `find` reads when the batch has not met it before.
    mutating func place(of callID: String, find: () throws -> CallRow?) throws -> Int {
        if let place = places[callID] { return place }
        let row = try find()
        var call = Call(row: row, callID: callID)
        if let row { call.history = try row.inputs.history(callID: callID) }
        calls.append(call)
        places[callID] = calls.count - 1
        return calls.count - 1
    }
}
