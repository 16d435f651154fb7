public import CallModel
import SwiftProtobuf

extension CallEvent {
    /// Reads and checks a `CallEvent` of calls.proto (records.md §2).
    ///
    /// - Throws: `malformed`, `missing` (call_id, type, at, the report of an attempt), `unknownWord` (type, ended_by, routed_by),
    ///   `tooLong` (call_id, attributes) or `outOfRange` (at, seconds, amount).
    public init(body: RawSpan, _ form: BodyForm, unknownFields: UnknownFields = .refused) throws(CallWireError) {
        if form == .protobuf, let event = body.withUnsafeBytes({ CallEvent(plainProtobuf: $0) }) {
            self = event
            return
        }
        try self.init(wire: Trunkline_V1_CallEvent(body: body, form, unknownFields))
    }

    /// - Throws: `outOfRange` where a time cannot be written.
    public func body(_ form: BodyForm) throws(CallWireError) -> [UInt8] {
        try wire.body(form)
    }

    init(wire: Trunkline_V1_CallEvent) throws(CallWireError) {
        try Checks.callID(wire.callID)
        let kind = try Self.kind(wire.type)
        guard wire.hasAt else { throw CallWireError(.missing, "at is missing; say when it happened, e.g. \"2026-06-03T14:05:00Z\"") }
        let at = try Timestamp(wire.at, "at")
        if kind == .attempt, !wire.hasAttempt {
            throw CallWireError(.missing, "attempt is missing; an event of type attempt says how it ended in it")
        }
        self.init(
            callID: wire.callID, kind: kind, at: at, eventID: wire.eventID, sequence: wire.sequence,
            provider: wire.provider, providerCallID: wire.providerCallID, isTest: wire.isTest, to: wire.to, from: wire.from,
            destinationID: wire.destinationID, destinationNumber: wire.destinationNumber,
            attempt: wire.hasAttempt ? try AttemptReport(wire: wire.attempt, "attempt") : nil, digits: wire.digits,
            endedBy: wire.endedBy, cause: wire.cause, durationSeconds: wire.durationSeconds, url: wire.url, tags: wire.tags,
            note: wire.note, amount: wire.amount, currency: wire.currency, spam: wire.spam, attributes: wire.attributes,
            routedBy: wire.routedBy)
        try Checks.event(self)
    }

    private static func kind(_ word: String) throws(CallWireError) -> Kind {
        if let kind = Kind(rawValue: word) { return kind }
        let kinds = Kind.allCases.map(\.rawValue).joined(separator: ", ")
        guard !word.isEmpty else { throw CallWireError(.missing, "type is missing; use one of \(kinds)") }
        throw CallWireError(.unknownWord, "type \"\(word.prefix(32))\" is unknown; use one of \(kinds)")
    }

    var wire: Trunkline_V1_CallEvent {
        var wire = Trunkline_V1_CallEvent()
        wire.callID = callID
        wire.type = kind.rawValue
        wire.at = at.wire
        wire.eventID = eventID
        wire.sequence = sequence
        wire.provider = provider
        wire.providerCallID = providerCallID
        wire.isTest = isTest
        wire.to = to
        wire.from = from
        wire.destinationID = destinationID
        wire.destinationNumber = destinationNumber
        if let attempt { wire.attempt = attempt.wire }
        wire.digits = digits
        wire.endedBy = endedBy
        wire.cause = cause
        wire.durationSeconds = durationSeconds
        wire.url = url
        wire.tags = tags
        wire.note = note
        wire.amount = amount
        wire.currency = currency
        wire.spam = spam
        wire.attributes = attributes
        wire.routedBy = routedBy
        return wire
    }
}
