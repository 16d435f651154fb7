import CallModel
package import MessageClient
import MessageWire

/// `trunkline.v1.Directory` from the asking side. Every method throws `CallError`, also INTERNAL for a reply that is none.
package struct DirectoryClient: Sendable {
    private let client: MessageClient

    package init(_ client: MessageClient) { self.client = client }

    /// Larger documents go in parts: one of this size fits into a message whatever has to be escaped in it.
    private static let largestMessage = 150 * 1024

    /// - Parameters:
    ///   - name: under which the parts of a large document go; another one each time.
    ///   - progress: is told how many bytes have gone.
    package func apply(
        _ document: String, name: String, timeout: Duration = .seconds(120), progress: @Sendable (Int) -> Void = { _ in }
    ) async throws(CallError) -> ApplyReply {
        var document = document
        let size = document.utf8.count
        guard size > Self.largestMessage else { return try await ask("Apply", ApplyRequest.document(document), timeout: timeout) }
        document.makeContiguousUTF8()
        var offset = 0
        while offset < size {
            let part = document.utf8.withContiguousStorageIfAvailable { Array($0[offset..<min(offset + UploadRequest.partSize, size)]) } ?? []
            _ = try await client.call(
                "\(ServiceName.directory)/Upload", UploadRequest(upload: name, offset: offset, bytes: part).body, timeout: .seconds(30), idempotent: true)
            offset += part.count
            progress(offset)
        }
        return try await ask("Apply", ApplyRequest.upload(name, size: size), timeout: timeout)
    }

    package func rollback(_ request: RollbackRequest, timeout: Duration = .seconds(120)) async throws(CallError) -> ApplyReply {
        try await ask("Rollback", request, timeout: timeout, idempotent: false)
    }

    package func changes(_ request: ChangesRequest) async throws(CallError) -> ChangesReply {
        // Beyond the wait, as long as any other question.
        try await ask("Changes", request, timeout: request.wait + .seconds(5))
    }

    package func get(account: String? = nil, version: UInt64? = nil) async throws(CallError) -> VersionReply {
        try await ask("Get", GetRequest(account: account, version: version))
    }

    package func text(of version: VersionReply) async throws(CallError) -> String {
        String(decoding: try await bytes(account: version.account, version: version.version, form: .text), as: UTF8.self)
    }

    package func versions(account: String? = nil) async throws(CallError) -> VersionsReply {
        try await ask("Versions", VersionsRequest(account: account))
    }

    package func schedule(_ request: ScheduleRequest) async throws(CallError) -> ScheduleReply {
        try await ask("Schedule", request)
    }

    /// All parts of a version, one after the other.
    func bytes(account: String, version: UInt64, form: PartRequest.Form) async throws(CallError) -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let request = PartRequest(account: account, version: version, form: form, offset: bytes.count)
            let part = try await client.call(
                "\(ServiceName.directory)/Part", request.body, contentType: "application/json", timeout: .seconds(15), idempotent: true
            ).body
            guard !part.isEmpty else { return bytes }
            bytes += part
        }
    }

    private func ask<Reply: JSONBody>(
        _ method: String, _ request: some JSONBody, timeout: Duration = .seconds(15), idempotent: Bool = true
    ) async throws(CallError) -> Reply {
        let reply = try await client.call(
            "\(ServiceName.directory)/\(method)", request.body, contentType: "application/json", timeout: timeout, idempotent: idempotent)
        do throws(ServiceError) {
            return try Reply(body: reply.body.span.bytes)
        } catch {
            throw CallError(.internal, "the directory service answered with something else: \(error.message)")
        }
    }
}
