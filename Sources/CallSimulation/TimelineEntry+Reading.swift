import CallModel

extension TimelineEntry {
    /// Reads a timeline, an object a line; empty lines count but say nothing.
    ///
    /// Returned in the order in which they happen: by time, then by line.
    static func read(_ timeline: String) throws(SimulationError) -> [TimelineEntry] {
        let bytes = Array(timeline.utf8)
        var entries: [TimelineEntry] = []
        var start = bytes.startIndex
        var line = 0
        var isSorted = true
        while start < bytes.endIndex {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
            line += 1
            if bytes[start..<end].contains(where: { $0 > 0x20 }) {
                let entry = try TimelineEntry(bytes[start..<end], line: line)
                if let last = entries.last, entry.at < last.at { isSorted = false }
                entries.append(entry)
            }
            start = end + 1
        }
        // `sort` keeps no order among equals by promise, so the line is part of it.
        if !isSorted { entries.sort { ($0.at, $0.line) < ($1.at, $1.line) } }
        return entries
    }

    private init(_ bytes: ArraySlice<UInt8>, line: Int) throws(SimulationError) {
        do throws(JSONFault) {
            var draft = TimelineDraft()
            var reader = JSONReader(bytes)
            try reader.object { (reader, name) throws(JSONFault) in try draft.read(&reader, name) }
            try reader.end()
            self.init(line: line, at: try draft.moment(), action: try draft.action())
        } catch {
            throw SimulationError(line: line, error.description)
        }
    }
}

/// The members of a line, in whatever order they come.
private struct TimelineDraft {
    var at: Timestamp?
    var kinds: [String] = []
    var call = ScriptedCall(id: "", to: "")
    var event: CallEvent?
    var eventHasTime = false
    var document = ""
    var schedule = ""
    var manual: Schedule.Manual?

    /// Lines of the specification that are not played yet.
    private static let later = ["visit", "heartbeat", "reset_limit", "erase", "update"]
    private static let kindNames = ["call", "event", "apply", "set"]

    mutating func read(_ reader: inout JSONReader, _ name: String) throws(JSONFault) {
        let name = name.snakeCased
        if Self.kindNames.contains(name) { kinds.append(name) }
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
        case "digits": throw JSONFault(message: "keypad nodes are not supported yet; leave it out")
        case _ where Self.later.contains(name): throw JSONFault(message: "lines of this kind are not supported yet; leave it out")
        default: throw JSONFault(message: "is not known; a line has at, and one of call, event, apply or set")
        }
    }

    func moment() throws(JSONFault) -> Timestamp {
        guard let at else { throw JSONFault(message: "at is missing; say when it happens") }
        return at
    }

    func action() throws(JSONFault) -> TimelineEntry.Action {
        guard kinds.count == 1 else {
            let found = kinds.isEmpty ? "none" : kinds.joined(separator: " and ")
            throw JSONFault(message: "a line has exactly one of call, event, apply or set, not \(found)")
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
        default: return .set(schedule: schedule, manual: manual)
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

extension Timestamp {
    /// A raw event without its own `at` happens when its line does.
    static let unsaid = Timestamp(milliseconds: .min)
}

extension Schedule.Manual {
    fileprivate init(_ reader: inout JSONReader) throws(JSONFault) {
        var isOpen: Bool?
        var until: Timestamp?
        try reader.object { (reader, name) throws(JSONFault) in
            switch name {
            case "state":
                let word = try reader.text()
                guard word == "open" || word == "closed" else { throw JSONFault(message: "is \"\(word)\"; write open or closed") }
                isOpen = word == "open"
            case "until": until = reader.takeNull() ? nil : try reader.timestamp()
            default: throw JSONFault(message: "is not known; write state and until")
            }
        }
        guard let isOpen else { throw JSONFault(message: "state is missing; write open or closed") }
        self.init(isOpen: isOpen, until: until)
    }
}

extension Phone {
    fileprivate init(_ reader: inout JSONReader) throws(JSONFault) {
        var acts: [(word: String, after: Double)] = []
        var answer = Answer(talk: 0)
        var cause = ""
        try reader.object { (reader, name) throws(JSONFault) in
            switch name.snakeCased {
            case "answer_after", "busy_after", "reject_after", "fail_after": acts.append((name.snakeCased, try reader.seconds()))
            case "talk": answer.talk = try reader.seconds()
            case "ended_by":
                answer.endedBy = try reader.text()
                guard answer.endedBy == "caller" || answer.endedBy == "destination" else {
                    throw JSONFault(message: "is \"\(answer.endedBy)\"; write caller or destination")
                }
            case "voicemail": answer.isMailbox = try reader.boolean()
            case "presses_1": answer.pressesOne = try reader.boolean()
            case "cause": cause = try reader.text()
            default: throw JSONFault(message: "is not known; write answer_after and talk, busy_after, reject_after or fail_after")
            }
        }
        guard acts.count == 1 else { throw JSONFault(message: "a phone has exactly one of answer_after, busy_after, reject_after and fail_after") }
        let act: Act =
            switch acts[0].word {
            case "answer_after": .answers(answer)
            case "busy_after": .busy
            case "reject_after": .rejects
            default: .fails(cause: cause)
            }
        self.init(after: acts[0].after, act: act)
    }
}

extension JSONReader {
    mutating func timestamp() throws(JSONFault) -> Timestamp {
        let text = try text()
        guard let moment = Timestamp(rfc3339: text) else {
            throw JSONFault(message: "\"\(text)\" is no time; write it as 2026-06-03T14:05:00Z")
        }
        return moment
    }

    /// Seconds that something takes: not negative, and no more than a year.
    fileprivate mutating func seconds() throws(JSONFault) -> Double {
        let value = try number()
        guard (0...31_536_000).contains(value) else { throw JSONFault(message: "\(value) is out of range; write seconds from 0 to 31536000") }
        return value
    }
}

extension String {
    /// "endedBy" as "ended_by": input takes either case (directory.md §5).
    var snakeCased: String {
        guard utf8.contains(where: { (65...90).contains($0) }) else { return self }
        return String(decoding: utf8.flatMap { (65...90).contains($0) ? [UInt8(ascii: "_"), $0 + 32] : [$0] }, as: UTF8.self)
    }
}
