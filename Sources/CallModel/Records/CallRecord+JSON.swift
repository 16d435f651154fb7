extension CallRecord {
    /// The record as JSON text: snake_case names of records.md §3, null where unknown.
    public var json: String {
        var writer = JSONWriter(reserving: 1536)
        write(into: &writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// Writes the record as one JSON object.
    public func write(into json: inout JSONWriter) {
        json.object { json in writeMembers(into: &json) }
    }

    /// Writes the members alone, for a caller that adds its own.
    public func writeMembers(into json: inout JSONWriter) {
        writeIdentity(&json)
        writeNumbers(&json)
        writeTimes(&json)
        writeRouting(&json)
        writeAttribution(&json)
        writeAnnotations(&json)
    }

    private func writeIdentity(_ json: inout JSONWriter) {
        json.key("call_id"); json.text(callID)
        json.key("account"); json.optional(account)
        json.key("provider"); json.optional(provider)
        json.key("provider_call_id"); json.optional(providerCallID)
        json.key("is_test"); json.boolean(isTest)
    }

    private func writeNumbers(_ json: inout JSONWriter) {
        json.key("tracking_number"); json.optional(trackingNumber)
        json.key("tracking_name"); json.optional(trackingName)
        json.key("assigned_to")
        if let assignedTo {
            json.object { json in
                json.key("kind"); json.text(assignedTo.kind)
                json.key("value"); json.text(assignedTo.value)
            }
        } else {
            json.null()
        }
        json.key("destination_id"); json.optional(destinationID)
        json.key("destination_number"); json.optional(destinationNumber)
        json.key("caller_number"); json.optional(callerNumber)
        json.key("caller_name"); json.optional(callerName)
        json.key("caller_country"); json.optional(callerCountry)
        let place = callerPlace
        json.key("caller_region"); json.optional(place?.region)
        json.key("caller_city"); json.optional(place?.city)
        json.key("caller_line_type"); json.optional(place?.lineType?.rawValue)
        json.key("caller_time_zone"); json.optional(callerTimeZone)
    }

    private func writeTimes(_ json: inout JSONWriter) {
        json.key("started_at"); json.time(startedAt)
        json.key("answered_at"); json.optional(answeredAt)
        json.key("ended_at"); json.optional(endedAt)
        json.key("duration_seconds"); json.optional(durationSeconds)
        json.key("ring_seconds"); json.seconds(ringSeconds)
        json.key("talk_seconds"); json.optional(talkSeconds)
        json.key("voicemail_seconds"); json.seconds(voicemailSeconds)
    }

    private func writeRouting(_ json: inout JSONWriter) {
        json.key("outcome"); json.optional(outcome?.rawValue)
        json.key("answered"); json.boolean(answered)
        json.key("end_reason"); json.optional(endReason)
        json.key("ended_by"); json.optional(endedBy)
        json.key("routing_type"); json.optional(routingType)
        json.key("digits"); json.optional(digits)
        json.key("attempts")
        json.array(attempts) { json, attempt in attempt.write(into: &json) }
        json.key("trace")
        json.array(trace) { json, step in step.write(into: &json) }
        json.key("flow"); json.optional(flow)
        json.key("directory_version")
        if let directoryVersion { json.integer(directoryVersion) } else { json.null() }
        json.key("routed_by"); json.optional(routedBy)
    }

    private func writeAttribution(_ json: inout JSONWriter) {
        json.key("first_time"); json.optional(firstTime)
        json.key("prior_calls"); json.optional(priorCalls)
        json.key("repeat_scope"); json.optional(repeatScope?.rawValue)
        json.key("repeat_window_days"); json.optional(repeatWindowDays)
        json.key("attribution"); json.text(attribution.rawValue)
        source.write(into: &json)
        json.key("first_touch"); json.optional(web?.firstTouch)
        json.key("last_touch"); json.optional(web?.lastTouch)
        json.key("candidates"); json.array(candidates) { json, candidate in candidate.write(into: &json) }
        json.key("landing_page"); json.optional(web?.landingPage.nonEmpty)
        json.key("page"); json.optional(web?.page.nonEmpty)
        json.key("referrer"); json.optional(web?.referrer.nonEmpty)
        for id in ClickID.allCases { json.key(id.rawValue); json.optional(web?.clicks[id]) }
        json.key("device"); json.optional(web?.device?.rawValue)
        json.key("visitor_id"); json.optional(web?.visitorID.nonEmpty)
        json.key("session_id"); json.optional(web?.sessionID.nonEmpty)
        json.key("pool"); json.optional(pool)
        json.key("pool_number_without_session"); json.boolean(poolNumberWithoutSession)
    }

    private func writeAnnotations(_ json: inout JSONWriter) {
        json.key("qualified"); json.optional(qualified)
        json.key("qualified_rule"); json.optional(qualifiedRule)
        json.key("tags"); json.array(tags) { json, tag in json.text(tag) }
        json.key("note"); json.optional(note)
        json.key("value"); json.optional(value)
        json.key("currency"); json.optional(currency)
        json.key("spam"); json.boolean(spam)
        json.key("flags"); json.array(flags.names) { json, name in json.text(name) }
        json.key("recording_url"); json.optional(recordingURL)
        json.key("erased_at"); json.optional(erasedAt)
        json.key("updated_at"); json.optional(updatedAt)
        json.key("revision"); json.integer(revision)
    }
}

extension RecordedAttempt {
    func write(into json: inout JSONWriter) {
        json.object { json in
            json.key("destination_id"); json.optional(destinationID)
            json.key("number"); json.optional(number)
            json.key("started_at"); json.time(startedAt)
            json.key("result"); json.text(result.rawValue)
            json.key("ring_seconds"); json.seconds(ringSeconds)
            json.key("cause"); json.optional(cause)
        }
    }
}

extension TrafficSource? {
    /// Its members, null where unknown.
    fileprivate func write(into json: inout JSONWriter) {
        json.key("source"); json.optional(self?.source)
        json.key("medium"); json.optional(self?.medium)
        json.key("campaign"); json.optional(self?.campaign)
        json.key("keyword"); json.optional(self?.keyword)
        json.key("content"); json.optional(self?.content)
    }
}

extension String {
    fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}

extension WebCandidate {
    fileprivate func write(into json: inout JSONWriter) {
        json.object { json in
            json.key("visitor"); json.optional(trail.visitorID.nonEmpty)
            json.key("confidence"); json.seconds(confidence)
            TrafficSource?.some(trail.firstTouch).write(into: &json)
        }
    }
}

extension TraceStep {
    func write(into json: inout JSONWriter) {
        json.object { json in
            json.key("node"); json.text(node)
            json.key("destination_id"); json.optional(destinationID.isEmpty ? nil : destinationID)
            json.key("verdict"); json.text(verdict)
            json.key("reason"); json.text(reason)
        }
    }
}

extension JSONWriter {
    fileprivate mutating func optional(_ value: TrafficSource?) {
        if let value { object { json in TrafficSource?.some(value).write(into: &json) } } else { null() }
    }

    fileprivate mutating func optional(_ value: String?) {
        if let value { text(value) } else { null() }
    }

    fileprivate mutating func optional(_ value: Bool?) {
        if let value { boolean(value) } else { null() }
    }

    fileprivate mutating func optional(_ value: Int?) {
        if let value { integer(value) } else { null() }
    }

    fileprivate mutating func optional(_ value: Timestamp?) {
        if let value { time(value) } else { null() }
    }

    fileprivate mutating func optional(_ value: Double?) {
        if let value { seconds(value) } else { null() }
    }
}
