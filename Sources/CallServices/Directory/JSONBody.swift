import CallModel
package import MessageWire

/// A body of an internal service, as JSON.
package protocol JSONBody: Sendable {
    /// - Throws: INVALID_ARGUMENT that names the member at fault.
    init(json: JSON) throws(ServiceError)
    var json: JSON { get }
}

extension JSONBody {
    /// - Throws: INVALID_ARGUMENT for what is no JSON, or not this message's.
    package init(body: RawSpan) throws(ServiceError) {
        guard let json = body.withUnsafeBytes({ JSON($0) }) else {
            throw ServiceError(.invalidArgument, "the body is not JSON; this service speaks nothing else")
        }
        try self.init(json: json)
    }

    package var body: [UInt8] { json.utf8 }
}

extension JSON {
    /// The member `name`, read by `type`.
    func member<Value>(_ name: String, _ kind: String, _ read: (JSON) -> Value?) throws(ServiceError) -> Value {
        guard let value = self[name].flatMap(read) else {
            throw ServiceError(.invalidArgument, "\(name) is missing or is no \(kind)")
        }
        return value
    }

    func text(_ name: String) throws(ServiceError) -> String { try member(name, "string", \.string) }

    func count(_ name: String) throws(ServiceError) -> UInt64 {
        try member(name, "whole number from 0") { $0.integer.flatMap { UInt64(exactly: $0) } }
    }

    func optionalText(_ name: String) throws(ServiceError) -> String? { self[name] == nil ? nil : try text(name) }

    func optionalCount(_ name: String) throws(ServiceError) -> UInt64? { self[name] == nil ? nil : try count(name) }

    /// Bytes, or a place among them.
    func length(_ name: String) throws(ServiceError) -> Int {
        try member(name, "whole number from 0") { $0.integer.flatMap { Int(exactly: $0) }.flatMap { $0 >= 0 ? $0 : nil } }
    }

    func time(_ name: String) throws(ServiceError) -> Timestamp {
        try member(name, "time") { $0.string.flatMap { Timestamp(rfc3339: $0) } }
    }

    func list(_ name: String) throws(ServiceError) -> [JSON] { try member(name, "list", \.array) }

    /// A version or a place in a history: below 2⁶³, since each grows by one.
    static func count(_ value: UInt64) -> JSON { .integer(Int64(clamping: value)) }
}
