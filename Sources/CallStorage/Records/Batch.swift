internal import CallAttribution
internal import CallModel

/// The calls that a batch of inputs is about, each read once and written once.
struct Batch {
    /// A call on its way from its row to the next state of its row.
    final class Call {
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

        /// One that is not there yet.
        init(new callID: String) {
            self.callID = callID
            isNew = true
            formerCaller = 0
            history = CallHistory(callID: callID)
            inputs = PackedHistory()
        }

        /// - Parameter history: what the row's inputs make.
        init(_ row: CallRow, _ history: CallHistory) {
            callID = row.callID
            self.row = row
            isNew = false
            formerCaller = row.columns.caller
            self.history = history
            inputs = row.inputs
        }

        convenience init(_ row: CallRow) throws(StorageError) { self.init(row, try row.inputs.history(callID: row.callID)) }

        /// False when it was known already.
        func add(_ input: CallInput) -> Bool {
            // Written as the history keeps it.
            switch input {
            case .exchange(var exchange):
                guard history.admit(&exchange) else { return false }
                inputs.append(exchange)
                history.keep(exchange)
            case .event(var event):
                guard history.admit(&event) else { return false }
                inputs.append(event)
                history.keep(event)
            case .word(_, var word):
                guard history.admit(&word) else { return false }
                inputs.append(word)
                history.keep(word)
            }
            isChanged = true
            mayChangeFacts = mayChangeFacts || input.mayChangeFacts(row?.facts)
            if history.erasure != nil { inputs = PackedHistory(erased: history) } else if history.cameOutOfOrder { inputs.noteOutOfOrder() }
            return true
        }

        /// Its number may be somebody's by now, though nothing was told.
        func askForFacts() { mayChangeFacts = true }

        /// Takes the history as it is without its caller.
        func takeErased(_ history: CallHistory) {
            self.history = history
            inputs = PackedHistory(erased: history)
            isChanged = true
        }
    }

    var calls: [Call] = []
    var summary = ApplySummary()
    private var byID: [String: Call] = [:]

    /// A call, which `open` is asked for when the batch has not met it before.
    mutating func call(_ callID: String, open: () throws -> Call) rethrows -> Call {
        if let call = byID[callID] { return call }
        let call = try open()
        calls.append(call)
        byID[callID] = call
        return call
    }
}
