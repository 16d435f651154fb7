public import CallModel
import SwiftProtobuf

extension RouteDecision {
    /// Reads and checks a `RouteDecision` of calls.proto.
    ///
    /// - Throws: `malformed`, `missing` (call_id, action, or what the action needs), `unknownWord` (action), `tooLong` (call_id)
    ///   or `outOfRange` (seconds).
    public init(body: RawSpan, _ form: BodyForm, unknownFields: UnknownFields = .refused) throws(CallWireError) {
        switch form {
        case .protobuf:
            if let decision = body.withUnsafeBytes({ RouteDecision(plainProtobuf: $0) }) {
                self = decision
                return
            }
            try self.init(wire: Trunkline_V1_RouteDecision(body: body, form))
        case .json:
            let json = body.withUnsafeBytes { ActionSpelling.normalized($0) }
            try self.init(wire: Trunkline_V1_RouteDecision(body: json.span.bytes, form, unknownFields))
        }
    }

    /// - Throws: `outOfRange` where the message would pass 2 GiB in JSON.
    public func body(_ form: BodyForm) throws(CallWireError) -> [UInt8] {
        switch form {
        case .protobuf: protobuf
        case .json: try wire.body(form)
        }
    }

    init(wire: Trunkline_V1_RouteDecision) throws(CallWireError) {
        try Checks.callID(wire.callID)
        self.init(callID: wire.callID, action: try Self.action(of: wire))
        continuation = wire.continuation
        for (place, dial) in wire.plan.enumerated() { plan.append(try Dial(wire: dial, "plan[\(place)]")) }
        greeting = wire.greeting
        whisper = wire.whisper
        record = wire.record
        routingType = wire.routingType
        account = wire.account
        trackingNumber = wire.trackingNumber
        flow = wire.flow
        directoryVersion = wire.directoryVersion
        routedBy = wire.routedBy
        trace = wire.trace.map { TraceStep(node: $0.node, destinationID: $0.destinationID, verdict: $0.verdict, reason: $0.reason) }
    }

    private static func action(of wire: Trunkline_V1_RouteDecision) throws(CallWireError) -> Action {
        switch wire.action {
        case .connect:
            guard wire.hasDial else { throw missing("dial", for: "CONNECT") }
            return .connect(try Dial(wire: wire.dial, "dial"))
        case .gather:
            guard wire.hasGather else { throw missing("gather", for: "GATHER") }
            return .gather(
                Gather(
                    prompt: wire.gather.prompt, maxDigits: Int(wire.gather.maxDigits), timeoutSeconds: Int(wire.gather.timeoutSeconds)))
        case .voicemail:
            guard wire.hasVoicemail else { throw missing("voicemail", for: "VOICEMAIL") }
            return .voicemail(Voicemail(greeting: wire.voicemail.greeting, maxSeconds: Int(wire.voicemail.maxSeconds)))
        case .reject:
            return .reject(cause: wire.cause, sipStatus: wire.sipStatus)
        case .unspecified:
            throw CallWireError(.missing, "action is missing; use CONNECT, GATHER, VOICEMAIL or REJECT")
        case .UNRECOGNIZED(let number):
            throw CallWireError(.unknownWord, "action \(number) is unknown; use CONNECT (1), GATHER (2), VOICEMAIL (3) or REJECT (4)")
        }
    }

    private static func missing(_ field: String, for action: String) -> CallWireError {
        CallWireError(.missing, "\(field) is missing; a decision to \(action) says how in it")
    }

    var wire: Trunkline_V1_RouteDecision {
        var wire = Trunkline_V1_RouteDecision()
        wire.callID = callID
        switch action {
        case .connect(let dial):
            wire.action = .connect
            wire.dial = dial.wire
        case .gather(let gather):
            wire.action = .gather
            wire.gather.prompt = gather.prompt
            wire.gather.maxDigits = UInt32(clamping: gather.maxDigits)
            wire.gather.timeoutSeconds = UInt32(clamping: gather.timeoutSeconds)
        case .voicemail(let voicemail):
            wire.action = .voicemail
            wire.voicemail.greeting = voicemail.greeting
            wire.voicemail.maxSeconds = UInt32(clamping: voicemail.maxSeconds)
        case .reject(let cause, let sipStatus):
            wire.action = .reject
            wire.cause = cause
            wire.sipStatus = sipStatus
        }
        wire.continuation = continuation
        if !plan.isEmpty { wire.plan = plan.map(\.wire) }
        wire.greeting = greeting
        wire.whisper = whisper
        wire.record = record
        wire.routingType = routingType
        wire.account = account
        wire.trackingNumber = trackingNumber
        wire.flow = flow
        wire.directoryVersion = directoryVersion
        wire.routedBy = routedBy
        if !trace.isEmpty { wire.trace = trace.map(\.wire) }
        return wire
    }
}

extension Dial {
    /// - Parameter field: for the message.
    init(wire: Trunkline_V1_Dial, _ field: String) throws(CallWireError) {
        guard !wire.targets.isEmpty else {
            throw CallWireError(.missing, "\(field).targets is empty; name who is to ring")
        }
        self.init(
            targets: wire.targets.map { Target(destinationID: $0.destinationID, number: $0.number, kind: $0.kind) },
            ringSeconds: Int(wire.ringSeconds), screening: wire.screening, callerID: wire.callerID)
    }

    var wire: Trunkline_V1_Dial {
        var wire = Trunkline_V1_Dial()
        wire.targets = targets.map { target in
            var wire = Trunkline_V1_Target()
            wire.destinationID = target.destinationID
            wire.number = target.number
            wire.kind = target.kind
            return wire
        }
        wire.ringSeconds = UInt32(clamping: ringSeconds)
        wire.screening = screening
        wire.callerID = callerID
        return wire
    }
}

extension TraceStep {
    var wire: Trunkline_V1_TraceStep {
        var wire = Trunkline_V1_TraceStep()
        wire.node = node
        wire.destinationID = destinationID
        wire.verdict = verdict
        wire.reason = reason
        return wire
    }
}
