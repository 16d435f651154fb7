public import CallModel
import SwiftProtobuf

extension CallProgress {
    /// Reads and checks a `CallProgress` of calls.proto. What the words in it mean is the routing engine's to judge.
    ///
    /// - Throws: `malformed`, `missing` (call_id, an attempt's result), `tooLong` (call_id) or `outOfRange` (at, ring_seconds).
    public init(body: RawSpan, _ form: BodyForm, unknownFields: UnknownFields = .refused) throws(CallWireError) {
        try self.init(wire: Trunkline_V1_CallProgress(body: body, form, unknownFields))
    }

    /// - Throws: `outOfRange` where a time cannot be written.
    public func body(_ form: BodyForm) throws(CallWireError) -> [UInt8] {
        try wire.body(form)
    }

    init(wire: Trunkline_V1_CallProgress) throws(CallWireError) {
        try Checks.callID(wire.callID)
        var attempts: [AttemptReport] = []
        attempts.reserveCapacity(wire.attempts.count)
        for (place, attempt) in wire.attempts.enumerated() {
            attempts.append(try AttemptReport(wire: attempt, "attempts[\(place)]"))
        }
        self.init(
            callID: wire.callID, continuation: wire.continuation, at: wire.hasAt ? try Timestamp(wire.at, "at") : nil,
            attempts: attempts, digits: wire.digits, noInput: wire.noInput)
    }

    var wire: Trunkline_V1_CallProgress {
        var wire = Trunkline_V1_CallProgress()
        wire.callID = callID
        wire.continuation = continuation
        if let at { wire.at = at.wire }
        wire.attempts = attempts.map(\.wire)
        wire.digits = digits
        wire.noInput = noInput
        return wire
    }
}

extension AttemptReport {
    /// - Parameter field: for the message.
    init(wire: Trunkline_V1_AttemptResult, _ field: String) throws(CallWireError) {
        guard !wire.result.isEmpty else {
            throw CallWireError(.missing, "\(field).result is missing; say how the attempt ended, e.g. no_answer")
        }
        try Checks.seconds(wire.ringSeconds, "\(field).ring_seconds")
        self.init(
            destinationID: wire.destinationID, number: wire.number, result: wire.result, ringSeconds: wire.ringSeconds, cause: wire.cause)
    }

    var wire: Trunkline_V1_AttemptResult {
        var wire = Trunkline_V1_AttemptResult()
        wire.destinationID = destinationID
        wire.number = number
        wire.result = result
        wire.ringSeconds = ringSeconds
        wire.cause = cause
        return wire
    }
}
