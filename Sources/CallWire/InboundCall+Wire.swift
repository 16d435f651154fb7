public import CallModel
import SwiftProtobuf

extension InboundCall {
    /// Reads and checks an `InboundCall` of calls.proto.
    ///
    /// - Throws: `malformed`, `missing` (call_id), `tooLong` (call_id, attributes) or `outOfRange` (at).
    public init(body: RawSpan, _ form: BodyForm, unknownFields: UnknownFields = .refused) throws(CallWireError) {
        if form == .protobuf, let call = body.withUnsafeBytes({ InboundCall(plainProtobuf: $0) }) {
            self = call
            return
        }
        try self.init(wire: Trunkline_V1_InboundCall(body: body, form, unknownFields))
    }

    /// - Throws: `outOfRange` where a time cannot be written.
    public func body(_ form: BodyForm) throws(CallWireError) -> [UInt8] {
        try wire.body(form)
    }

    init(wire: Trunkline_V1_InboundCall) throws(CallWireError) {
        try Checks.callID(wire.callID)
        try Checks.attributes(wire.attributes)
        self.init(
            callID: wire.callID, to: wire.to, from: wire.from, callerName: wire.callerName,
            at: wire.hasAt ? try Timestamp(wire.at, "at") : nil, provider: wire.provider,
            providerCallID: wire.providerCallID, isTest: wire.isTest, attributes: wire.attributes)
    }

    var wire: Trunkline_V1_InboundCall {
        var wire = Trunkline_V1_InboundCall()
        wire.callID = callID
        wire.to = to
        wire.from = from
        wire.callerName = callerName
        if let at { wire.at = at.wire }
        wire.provider = provider
        wire.providerCallID = providerCallID
        wire.isTest = isTest
        wire.attributes = attributes
        return wire
    }
}
