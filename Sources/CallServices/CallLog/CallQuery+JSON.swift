import CallModel
import CallStorage
import MessageWire

extension CallQuery {
    private static let paging = ["since", "until", "from", "to", "zone", "cursor", "limit", "show_hidden", "count_hidden"]

    /// Reads a request for calls: paging and range, and any field of the record by its name.
    ///
    /// - Parameters:
    ///   - account: whose calls, where the request does not say.
    ///   - settings: what is known of an account: how numbers are read, and in which zone its days are.
    ///   - others: members that the method has besides.
    init(
        _ json: JSON, isUnmatched: Bool, besides others: [String] = [], account: () throws(ServiceError) -> String, settings: (String) -> AccountSettings?
    ) throws(ServiceError) {
        guard case .object(let members) = json else { throw ServiceError(.invalidArgument, "the body is no JSON object; send {} where nothing is to be said") }
        var known: AccountSettings?
        if isUnmatched {
            self.init(.unmatched)
        } else {
            let named = try json.optional("account", "string", \.string)
            let owner = if let named { named } else { try account() }
            known = settings(owner)
            self.init(.account(owner))
        }
        let conditions = RecordConditions(country: known?.country)
        let own = Self.paging + others + (isUnmatched ? [] : ["account"])
        for member in members where !own.contains(member.name) {
            self.conditions += try conditions.read(member, besides: own)
        }
        (since, until) = try json.range(of: known?.zone)
        showsHidden = try json.optional("show_hidden", "boolean", \.bool) ?? false
        countsHidden = try json.optional("count_hidden", "boolean", \.bool) ?? true
        cursor = try json.optional("cursor", "string", \.string)
        limit = try json.optional("limit", "whole number") { $0.integer.flatMap { Int(exactly: $0) } } ?? limit
    }
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
        guard let text = try optional(name, "time; write it as \"2026-06-03T14:05:00Z\"", \.string) else { return nil }
        guard let time = Timestamp(rfc3339: text) else {
            throw ServiceError(.invalidArgument, "\(name) \"\(text.prefix(40))\" is no time; write it as \"2026-06-03T14:05:00Z\"")
        }
        return time
    }

    /// A misspelt filter would silently filter nothing.
    func checkMembers(_ known: [String]) throws(ServiceError) {
        guard case .object(let members) = self, let stranger = members.first(where: { !known.contains($0.name) }) else { return }
        throw ServiceError(.invalidArgument, "\"\(stranger.name.prefix(64))\" is unknown here; use \(known.joined(separator: ", "))")
    }
}
