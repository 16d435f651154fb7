import CallModel
import CallStorage
import MessageWire

extension CallQuery {
    /// - Parameter account: whose calls, where the request does not say.
    init(_ json: JSON, isUnmatched: Bool, account: () throws(ServiceError) -> String) throws(ServiceError) {
        let paging = ["since", "until", "cursor", "limit", "show_hidden"]
        if isUnmatched {
            try json.checkMembers(paging)
            self.init(.unmatched)
        } else {
            try json.checkMembers(paging + ["account", "tracking_number", "source", "outcome", "destination_id"])
            let named = try json.optional("account", "string", \.string)
            let owner = if let named { named } else { try account() }
            self.init(.account(owner))
            for field in [RecordField.trackingNumber, .source, .destinationID] { require(field, try json.optional(field.rawValue, "string", \.string)) }
            let outcome = try json.optional("outcome", "outcome; use one of \(Self.outcomes)") { $0.string.flatMap(CallOutcome.init) }
            require(.outcome, outcome?.rawValue)
        }
        since = try json.time("since")
        until = try json.time("until")
        showsHidden = try json.optional("show_hidden", "boolean", \.bool) ?? false
        cursor = try json.optional("cursor", "string", \.string)
        limit = try json.optional("limit", "whole number") { $0.integer.flatMap { Int(exactly: $0) } } ?? limit
    }

    private static var outcomes: String { CallOutcome.allCases.map(\.rawValue).joined(separator: ", ") }
}

extension JSON {
    /// The member `name`; nil where it is missing or null.
    func optional<Value>(_ name: String, _ kind: String, _ read: (JSON) -> Value?) throws(ServiceError) -> Value? {
        switch self[name] {
        case nil, .null: return nil
        case .some(let value):
            guard let value = read(value) else { throw ServiceError(.invalidArgument, "\(name) is no \(kind)") }
            return value
        }
    }

    func time(_ name: String) throws(ServiceError) -> Timestamp? {
        try optional(name, "time; write it as \"2026-06-03T14:05:00Z\"") { $0.string.flatMap { Timestamp(rfc3339: $0) } }
    }

    /// A misspelt filter would silently filter nothing.
    func checkMembers(_ known: [String]) throws(ServiceError) {
        guard case .object(let members) = self, let stranger = members.first(where: { !known.contains($0.name) }) else { return }
        throw ServiceError(.invalidArgument, "\"\(stranger.name.prefix(64))\" is unknown here; use \(known.joined(separator: ", "))")
    }
}
