import MessageClient
import MessageWire

/// Where a worker gets the accounts' present directories.
package protocol DirectorySource: Sendable {
    func changes(_ request: ChangesRequest) async throws -> ChangesReply

    /// A version as `PackedDirectory`; nil where it is no longer the present one.
    func packed(account: String, version: UInt64) async throws -> [UInt8]?
}

extension DirectoryClient: DirectorySource {
    package func packed(account: String, version: UInt64) async throws -> [UInt8]? {
        do throws(CallError) {
            return try await bytes(account: account, version: version, form: .packed)
        } catch where error.status == .notFound {
            return nil
        }
    }
}
