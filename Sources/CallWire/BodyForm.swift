/// How a body is written; the request's `content-type` says which, and the reply uses the same (wire.md §1).
public enum BodyForm: String, Hashable, Sendable, CaseIterable {
    case protobuf = "application/protobuf"
    /// Proto3 JSON with the proto's own field names, and integers as numbers.
    case json = "application/json"

    /// - Parameter contentType: nil or empty is protobuf; parameters ("; charset=utf-8") and letter case do not count.
    /// - Throws: `contentType` for a form that no service here speaks.
    public init(contentType: String?) throws(CallWireError) {
        guard let contentType, !contentType.isEmpty else {
            self = .protobuf
            return
        }
        let type = contentType.prefix { $0 != ";" && $0 != " " }.lowercased()
        switch type {
        case Self.protobuf.rawValue, "application/x-protobuf": self = .protobuf
        case Self.json.rawValue: self = .json
        default:
            throw CallWireError(
                .contentType, "content-type \"\(type.prefix(64))\" is not spoken here; use application/protobuf or application/json")
        }
    }

    public var contentType: String { rawValue }
}

/// What to do with fields that this version of the messages does not know.
public enum UnknownFields: Hashable, Sendable {
    /// A misspelt name in JSON is told to whoever wrote it. In protobuf an unknown field is always passed over.
    case refused
    /// For what was accepted elsewhere, perhaps by a newer version, and must not be lost for it.
    case ignored
}
