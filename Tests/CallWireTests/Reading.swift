import CallModel
import CallWire

/// A message of calls.proto read from an array; the span is formed here, since the compiler cannot carry one through `#expect`.
protocol BodyReading {
    init(body: RawSpan, _ form: BodyForm, unknownFields: UnknownFields) throws(CallWireError)
}

extension InboundCall: BodyReading {}
extension CallProgress: BodyReading {}
extension CallEvent: BodyReading {}
extension RouteDecision: BodyReading {}

extension BodyReading {
    static func read(_ body: [UInt8], _ form: BodyForm, unknownFields: UnknownFields = .refused) throws(CallWireError) -> Self {
        try Self(body: body.span.bytes, form, unknownFields: unknownFields)
    }

    static func read(json: String) throws(CallWireError) -> Self {
        try read(Array(json.utf8), .json)
    }
}
