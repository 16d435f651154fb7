import CallAttribution
import CallModel
import CallStorage
import MessageWire

/// All that was told of a call, in the order of its own times (records.md §2): `events` are call events and, as type `update`, persons' words; `exchanges` are the questions asked of routing, with its answers.
///
/// Each says whether it `counts`, and in `changed` which fields of the record would be otherwise without it. What contradicts it stands beside it and does not count.
extension CallLogJSON {
    static func writeLog(of call: StoredCall, into json: inout JSONWriter) {
        let log = call.log
        let whole = FieldsOfRecord(call.recordOfInputs)
        func writeVerdict(_ logged: LoggedInput, _ json: inout JSONWriter) {
            let changed = logged.recordWithout.map { whole.different(in: $0) }
            json.key("counts"); json.boolean(logged.counts || changed?.isEmpty == false)
            json.key("changed")
            if let changed { json.array(changed) { json, name in json.text(name) } } else { json.null() }
        }
        json.key("events")
        json.array(log.filter { !$0.isExchange }) { json, logged in
            json.object { json in
                switch logged.input {
                case .event(let event): event.writeMembers(into: &json)
                case .word(let callID, let said): said.writeMembers(of: callID, into: &json)
                case .exchange: break
                }
                writeVerdict(logged, &json)
            }
        }
        json.key("exchanges")
        json.array(log.filter(\.isExchange)) { json, logged in
            json.object { json in
                if case .exchange(let exchange) = logged.input { exchange.writeMembers(into: &json) }
                writeVerdict(logged, &json)
            }
        }
    }
}

extension LoggedInput {
    fileprivate var isExchange: Bool { if case .exchange = input { true } else { false } }
}

/// The fields of a record by name.
private struct FieldsOfRecord {
    private let members: [JSON.Member]

    init(_ record: CallRecord) {
        if case .object(let members)? = JSON(record.json) { self.members = members } else { members = [] }
    }

    /// The names of those that another record has otherwise; what only counts inputs is left out.
    func different(in record: CallRecord) -> [String] {
        let others = FieldsOfRecord(record).members
        return zip(members, others).filter { $0.name != "revision" && $0 != $1 }.map(\.0.name)
    }
}

extension SaidWord {
    fileprivate func writeMembers(of callID: String, into json: inout JSONWriter) {
        json.key("at"); json.time(at)
        if !by.isEmpty { json.key("by"); json.text(by) }
        json.key("call_id"); json.text(callID)
        if let currency = word.currency { json.key("currency"); json.text(currency) }
        json.key("event_id"); json.text(id)
        if let note = word.note { json.key("note"); json.text(note) }
        if let qualified = word.qualified { json.key("qualified"); json.text(qualified.rawValue) }
        if let spam = word.spam { json.key("spam"); json.boolean(spam) }
        if let tags = word.tags { json.key("tags"); json.array(tags) { json, tag in json.text(tag) } }
        json.key("type"); json.text("update")
        if let value = word.value { json.key("value"); json.text(value) }
    }
}

extension Exchange {
    fileprivate func writeMembers(into json: inout JSONWriter) {
        json.key("at"); json.time(askedAt)
        json.key("received_at"); json.time(receivedAt)
        json.key("ended_at"); json.time(endedAt)
        json.key("exchange_id"); json.text(exchangeID)
        switch question {
        case .route(let call):
            json.key("type"); json.text("RouteCall")
            json.key("to"); json.text(call.to)
            json.key("from"); json.text(call.from)
        case .proceed(let progress):
            json.key("type"); json.text("ContinueCall")
            if !progress.digits.isEmpty { json.key("digits"); json.text(progress.digits) }
            if !progress.attempts.isEmpty { json.key("attempts"); json.array(progress.attempts) { json, attempt in attempt.write(into: &json) } }
        }
        json.key("status"); json.integer(status)
        json.key("action"); json.text(decision?.action.word ?? "none")
        switch decision?.action {
        case .connect(let dial): json.key("dials"); json.array(dial.targets) { json, target in json.text(target.destinationID) }
        case .reject(let cause, _): json.key("cause"); json.text(cause)
        default: break
        }
    }
}

extension RouteDecision.Action {
    fileprivate var word: String {
        switch self {
        case .connect: "connect"
        case .gather: "gather"
        case .voicemail: "voicemail"
        case .reject: "reject"
        }
    }
}
