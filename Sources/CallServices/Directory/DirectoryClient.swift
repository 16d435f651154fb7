package import MessageClient
import MessageWire

/// `trunkline.v1.Directory` from the asking side.
package struct DirectoryClient: Sendable {
    private let client: MessageClient

    package init(_ client: MessageClient) { self.client = client }

    /// - Throws: `CallError`, also INTERNAL for a reply that is none; as the other methods.
    package func apply(_ document: String, timeout: Duration = .seconds(30)) async throws(CallError) -> ApplyReply {
        try await ask("Apply", ApplyRequest(document: document), timeout: timeout)
    }

    package func changes(_ request: ChangesRequest) async throws(CallError) -> ChangesReply {
        // Beyond the wait, as long as any other question.
        try await ask("Changes", request, timeout: request.wait + .seconds(5))
    }

    package func get(account: String, version: UInt64? = nil, timeout: Duration = .seconds(5)) async throws(CallError) -> DirectoryText {
        try await ask("Get", GetRequest(account: account, version: version), timeout: timeout)
    }

    package func versions(account: String, timeout: Duration = .seconds(5)) async throws(CallError) -> VersionsReply {
        try await ask("Versions", VersionsRequest(account: account), timeout: timeout)
    }

    private func ask<Reply: JSONBody>(
        _ method: String, _ request: some JSONBody, timeout: Duration
    ) async throws(CallError) -> Reply {
        let reply = try await client.call(
            "\(ServiceName.directory)/\(method)", request.body, contentType: "application/json", timeout: timeout, idempotent: true)
        do throws(ServiceError) {
            return try Reply(body: reply.body.span.bytes)
        } catch {
            throw CallError(.internal, "the directory service answered with something else: \(error.message)")
        }
    }
}
