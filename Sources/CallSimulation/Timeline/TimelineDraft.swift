import CallModel

/// The members of a line, in whatever order they come.
struct TimelineDraft {
    var at: Timestamp?
    var kinds: [String] = []
    /// The members that say more of one kind.
    private var others: [String] = []
    var call = ScriptedCall(id: "", to: "")
    var event: CallEvent?
    var document = ""
    var schedule = ""
    var manual: Schedule.Manual?
    var visit = ScriptedVisit(visitor: "", pool: "", page: "")
    /// Of the kinds that name one thing alone: the visitor, destination or caller.
    var name = ""
    var word: PersonsWord?

    private static let kindNames = ["call", "visit", "heartbeat", "event", "apply", "set", "reset_limit", "erase", "update"]
    private static let kindList = "call, visit, heartbeat, event, apply, set, reset_limit, erase or update"
    /// The members of each kind beside `at` and its own name.
    private static let members = [
        "call": ["to", "from", "name", "phones", "digits", "hangs_up_after", "voicemail_seconds"], "visit": ["pool", "page", "referrer", "user_agent"],
        "update": ["fields"],
    ]

    mutating func read(_ reader: inout JSONReader, _ name: String) throws(JSONFault) {
        let name = name.snakeCased
        if Self.kindNames.contains(name) { kinds.append(name) } else if name != "at" { others.append(name) }
        switch name {
        case "at": at = try reader.timestamp()
        case "call": call.id = try reader.text()
        case "to": call.to = try reader.text()
        case "from": call.from = try reader.text()
        case "name": call.callerName = try reader.text()
        case "phones":
            try reader.object { (reader, number) throws(JSONFault) in call.phones[number] = try Phone(&reader) }
        case "hangs_up_after": call.hangsUpAfter = try reader.seconds()
        case "voicemail_seconds": call.voicemailSeconds = try reader.seconds()
        case "event": event = try CallEvent(&reader)
        case "apply": document = String(decoding: try reader.raw(), as: UTF8.self)
        case "set": try readSet(&reader)
        case "digits": call.digits = try reader.array { (reader) throws(JSONFault) in try reader.keys() }
        case "visit": visit.visitor = try reader.text()
        case "pool": visit.pool = try reader.text()
        case "page": visit.page = try reader.text()
        case "referrer": visit.referrer = try reader.text()
        case "user_agent": visit.userAgent = try reader.text()
        case "heartbeat", "reset_limit", "erase", "update": self.name = try reader.text()
        case "fields": word = try PersonsWord(&reader)
        default: throw JSONFault(message: "is not known; a line has at, and one of \(Self.kindList)")
        }
    }

    func moment() throws(JSONFault) -> Timestamp {
        guard let at else { throw JSONFault(message: "at is missing; say when it happens") }
        return at
    }

    func action() throws(JSONFault) -> TimelineEntry.Action {
        guard kinds.count == 1 else {
            let found = kinds.isEmpty ? "none" : kinds.joined(separator: " and ")
            throw JSONFault(message: "a line has exactly one of \(Self.kindList), not \(found)")
        }
        if let other = others.first(where: { Self.members[kinds[0]]?.contains($0) != true }) {
            throw JSONFault(path: [other], message: "says nothing in a line of this kind, \(kinds[0]); leave it out")
        }
        switch kinds[0] {
        case "call":
            guard !call.id.isEmpty, !call.to.isEmpty else { throw JSONFault(message: "a call needs an id and the number it dials, to") }
            return .call(call)
        case "event":
            guard var event else { throw JSONFault(path: ["event"], message: "is missing") }
            if event.at == .unsaid { event.at = try moment() }
            return .event(event)
        case "apply": return .apply(document)
        case "set": return .set(schedule: schedule, manual: manual)
        case "visit":
            guard !visit.visitor.isEmpty, !visit.pool.isEmpty, !visit.page.isEmpty else {
                throw JSONFault(message: "a visit needs the visitor, the pool and the page")
            }
            return .visit(visit)
        case let kind:
            guard !name.isEmpty else { throw JSONFault(path: [kind], message: "is empty; say whose") }
            switch kind {
            case "heartbeat": return .heartbeat(visitor: name)
            case "reset_limit": return .resetLimit(destination: name)
            case "erase": return .erase(caller: name)
            default:
                guard let word else { throw JSONFault(message: "fields are missing; say what the person sets") }
                return .update(call: name, word)
            }
        }
    }

    private mutating func readSet(_ reader: inout JSONReader) throws(JSONFault) {
        try reader.object { (reader, name) throws(JSONFault) in
            switch name {
            case "schedule": schedule = try reader.text()
            case "manual": manual = reader.takeNull() ? nil : try Schedule.Manual(&reader)
            default: throw JSONFault(message: "is not known; write schedule and manual")
            }
        }
        if schedule.isEmpty { throw JSONFault(message: "schedule is missing") }
    }
}

extension JSONReader {
    /// One entry on a keypad; empty: silence.
    fileprivate mutating func keys() throws(JSONFault) -> String {
        let keys = try text()
        guard keys.utf8.allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "#") }) else {
            throw JSONFault(message: "\"\(keys)\" cannot be entered; write digits, * and #, or \"\" for silence")
        }
        return keys
    }
}
