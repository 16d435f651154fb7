extension CallEvent {
    /// The event as JSON with sorted keys, no spaces and no empty fields: what decides between events that are alike in all else (records.md §2).
    public var canonicalJSON: String {
        var writer = JSONWriter(reserving: 256)
        write(into: &writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// Writes the event as one JSON object, in the form of `canonicalJSON`.
    public func write(into json: inout JSONWriter) {
        json.object { json in writeMembers(into: &json) }
    }

    /// Writes the members alone, for a caller that adds its own.
    public func writeMembers(into json: inout JSONWriter) {
        json.filled("amount", amount)
        json.key("at"); json.time(at)
        if let attempt { json.key("attempt"); attempt.write(into: &json) }
        if !attributes.isEmpty {
            json.key("attributes")
            json.object { json in
                for (name, value) in attributes.sorted(by: { $0.key < $1.key }) { json.key(name); json.text(value) }
            }
        }
        json.filled("call_id", callID)
        json.filled("cause", cause)
        json.filled("currency", currency)
        json.filled("destination_id", destinationID)
        json.filled("destination_number", destinationNumber)
        json.filled("digits", digits)
        if durationSeconds != 0 { json.key("duration_seconds"); json.seconds(durationSeconds) }
        json.filled("ended_by", endedBy)
        json.filled("event_id", eventID)
        json.filled("from", from)
        if isTest { json.key("is_test"); json.boolean(true) }
        json.filled("note", note)
        json.filled("provider", provider)
        json.filled("provider_call_id", providerCallID)
        json.filled("routed_by", routedBy)
        if sequence != 0 { json.key("sequence"); json.integer(sequence) }
        if kind == .spam || spam { json.key("spam"); json.boolean(spam) }
        if !tags.isEmpty { json.key("tags"); json.array(tags) { json, tag in json.text(tag) } }
        json.filled("to", to)
        json.key("type"); json.text(kind.rawValue)
        json.filled("url", url)
    }
}

extension AttemptReport {
    /// Writes the report as one JSON object with sorted keys and no empty fields.
    public func write(into json: inout JSONWriter) {
        json.object { json in
            json.filled("cause", cause)
            json.filled("destination_id", destinationID)
            json.filled("number", number)
            json.filled("result", result)
            if ringSeconds != 0 { json.key("ring_seconds"); json.seconds(ringSeconds) }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func filled(_ name: StaticString, _ value: String) {
        guard !value.isEmpty else { return }
        key(name)
        text(value)
    }
}
