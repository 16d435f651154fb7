import CallServices
import MessageClient
import MessageWire

/// A listing of the call log, page by page, in the order of the log: each call once, however many come meanwhile.
struct CallPages {
    private let path: String
    private let members: [JSON.Member]
    /// Where the next page begins; nil at the beginning and after the end.
    private(set) var next: String?
    private(set) var isAtEnd = false
    /// Of the whole listing, once the first page has come: `{spam, test}`.
    private(set) var hidden: JSON?

    /// - Parameters:
    ///   - members: of the request, but for `cursor` and `limit`.
    ///   - cursor: where an earlier listing ended.
    init(_ path: String, _ members: [JSON.Member], cursor: String? = nil) {
        self.path = path
        self.members = members
        next = cursor
    }

    /// The next calls: at most `limit`, and maybe none before the end. What has not changed is asked for once.
    mutating func page(limit: Int, _ client: MessageClient) async throws -> [JSON] {
        var request = members + [JSON.Member("limit", .integer(Int64(limit)))]
        if let next { request.append(JSON.Member("cursor", .string(next))) }
        if hidden != nil { request.append(JSON.Member("count_hidden", false)) }
        let reply = try await client.ask(path, .object(request))
        if hidden == nil { hidden = reply["hidden"] }
        next = reply["next"]?.string
        isAtEnd = next == nil
        return reply["calls"]?.array ?? []
    }
}
