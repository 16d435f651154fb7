import SwiftProtobuf

/// Where a JSON body is wrong, and how.
///
/// Found by trying its members one by one: SwiftProtobuf says only of what kind the fault is. Bodies that are right pay nothing for it.
struct JSONFault {
    /// `attempt.ring_seconds`.
    var field: String
    /// As it was written, the beginning of it; empty for what may be a phone number.
    var value: String
    var error: JSONDecodingError

    /// Nil where the body is no JSON object, or all of its members are right.
    init?<Body: SwiftProtobuf.Message>(in body: [UInt8], of type: Body.Type, _ options: JSONDecodingOptions) {
        guard let object = try? Google_Protobuf_Struct(jsonUTF8Bytes: body) else { return nil }
        for (name, value) in object.fields.sorted(by: { $0.key < $1.key }) {
            guard let error = Self.error(object.only(name, value), type, options) else { continue }
            self.init(field: name, value: value, error: error)
            guard case .structValue(let part) = value.kind else { return }
            for (inner, value) in part.fields.sorted(by: { $0.key < $1.key }) {
                let part = Google_Protobuf_Value(structValue: part.only(inner, value))
                guard let error = Self.error(object.only(name, part), type, options) else { continue }
                self.init(field: "\(name).\(inner)", value: value, error: error)
                return
            }
            return
        }
        return nil
    }

    private init(field: String, value: Google_Protobuf_Value, error: JSONDecodingError) {
        self.field = field
        self.error = error
        // A whole number is written without the point that a double has.
        let text = if case .numberValue(let number) = value.kind, let whole = Int(exactly: number) { String(whole) } else { (try? value.jsonString()) ?? "" }
        self.value = text.hasPrefix("\"+") || text.hasPrefix("\"(") ? "" : String(text.prefix(40)) + (text.count > 40 ? "…" : "")
    }

    private static func error<Body: SwiftProtobuf.Message>(_ object: Google_Protobuf_Struct, _: Body.Type, _ options: JSONDecodingOptions) -> JSONDecodingError? {
        do {
            let bytes: [UInt8] = try object.jsonUTF8Bytes()
            _ = try Body(jsonUTF8Bytes: bytes, options: options)
            return nil
        } catch {
            return error as? JSONDecodingError
        }
    }
}

extension Google_Protobuf_Struct {
    fileprivate func only(_ name: String, _ value: Google_Protobuf_Value) -> Google_Protobuf_Struct { Google_Protobuf_Struct(fields: [name: value]) }
}

extension CallWireError {
    init(_ fault: JSONFault) {
        let named = fault.value.isEmpty ? fault.field : "\(fault.field) \(fault.value)"
        let isTime = fault.field == "at" || fault.field.hasSuffix("_at")
        let reason =
            switch fault.error {
            case .unknownField: "unknown field \"\(fault.field.prefix(64))\"; use the names of calls.proto"
            case .malformedTimestamp: "\(named) is no time; write it as \"2026-06-03T14:05:00Z\""
            case .malformedString where isTime: "\(named) is no time; write it as \"2026-06-03T14:05:00Z\""
            case .malformedNumber, .numberRange, .leadingZero: "\(named) is no number, or none that its field may have"
            case .malformedBool: "\(named) is neither true nor false"
            case .malformedString, .invalidUTF8: "\(named) is no text; put it in quotes"
            case .unrecognizedEnumValue: "\(named) is none of its words; use those of calls.proto"
            case .illegalNull: "\(fault.field) holds a null; leave it out"
            default: "\(named) is of another kind than in calls.proto"
            }
        self.init(.malformed, reason)
    }
}
