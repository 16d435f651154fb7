import CallModel

extension CallEvent {
    /// Reads the object of an `event` line: the field names of CallEvent in calls.proto. Without `at` it carries `Timestamp.unsaid`.
    init(_ reader: inout JSONReader) throws(JSONFault) {
        var event = CallEvent(callID: "", kind: .arrived, at: .unsaid)
        var isTyped = false
        try reader.object { (reader, name) throws(JSONFault) in
            // Nothing said is proto3's default; an empty value never wipes one (records.md §2).
            if reader.takeNull() { return }
            switch name.snakeCased {
            case "type":
                let word = try reader.text()
                guard let kind = Kind(rawValue: word) else {
                    throw JSONFault(message: "\"\(word)\" is no event; write one of \(Kind.allCases.map(\.rawValue).joined(separator: ", "))")
                }
                event.kind = kind
                isTyped = true
            case "at": event.at = try reader.timestamp()
            case "sequence":
                guard let sequence = UInt64(exactly: try reader.number()) else { throw JSONFault(message: "is no whole number from 0 up") }
                event.sequence = sequence
            case "attempt": event.attempt = try AttemptReport(&reader)
            case "is_test": event.isTest = try reader.boolean()
            case "spam": event.spam = try reader.boolean()
            case "duration_seconds": event.durationSeconds = try reader.number()
            case "tags": event.tags = try reader.array { (reader) throws(JSONFault) in try reader.text() }
            case "attributes":
                try reader.object { (reader, key) throws(JSONFault) in event.attributes[key] = try reader.text() }
            case let name:
                guard let field = Self.textField(name) else { throw JSONFault(message: "is no field of an event") }
                event[keyPath: field] = try reader.text()
            }
        }
        if event.callID.isEmpty { throw JSONFault(message: "call_id is missing") }
        if !isTyped { throw JSONFault(message: "type is missing") }
        self = event
    }

    private static func textField(_ name: String) -> WritableKeyPath<CallEvent, String>? {
        switch name {
        case "call_id": \.callID
        case "event_id": \.eventID
        case "provider": \.provider
        case "provider_call_id": \.providerCallID
        case "to": \.to
        case "from": \.from
        case "destination_id": \.destinationID
        case "destination_number": \.destinationNumber
        case "digits": \.digits
        case "ended_by": \.endedBy
        case "cause": \.cause
        case "url": \.url
        case "note": \.note
        case "amount": \.amount
        case "currency": \.currency
        case "routed_by": \.routedBy
        default: nil
        }
    }
}

extension AttemptReport {
    fileprivate init(_ reader: inout JSONReader) throws(JSONFault) {
        var report = AttemptReport(result: "")
        try reader.object { (reader, name) throws(JSONFault) in
            if reader.takeNull() { return }
            switch name.snakeCased {
            case "destination_id": report.destinationID = try reader.text()
            case "number": report.number = try reader.text()
            case "result": report.result = try reader.text()
            case "ring_seconds": report.ringSeconds = try reader.number()
            case "cause": report.cause = try reader.text()
            default: throw JSONFault(message: "is no field of an attempt")
            }
        }
        self = report
    }
}
