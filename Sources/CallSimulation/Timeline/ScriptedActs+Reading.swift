import CallModel

extension Schedule.Manual {
    init(_ reader: inout JSONReader) throws(JSONFault) {
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
    init(_ reader: inout JSONReader) throws(JSONFault) {
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

extension PersonsWord {
    init(_ reader: inout JSONReader) throws(JSONFault) {
        self.init()
        try reader.object { (reader, name) throws(JSONFault) in
            switch name {
            case "qualified": qualified = try reader.boolean() ? .yes : .no
            case "tags": tags = try reader.array { (reader) throws(JSONFault) in try reader.text() }
            case "note": note = try reader.text()
            case "value": value = try reader.decimal()
            case "currency": currency = try reader.text()
            case "spam": spam = try reader.boolean()
            default: throw JSONFault(message: "is nothing a person may set; write qualified, tags, note, value, currency or spam")
            }
        }
    }
}
