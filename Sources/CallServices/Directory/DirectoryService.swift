package import CallModel
package import CallStorage
import MessageWire

/// `trunkline.v1.Directory`: the versions of the accounts' directories (directory.md). Bodies are JSON.
///
/// | method | request | reply |
/// |---|---|---|
/// | Apply | `{document}` | `{account, version}`, or `{problems: [{path, message, line?}]}` |
/// | Changes | `{have: {account: version…}, wait_ms?}` | `{changes: [{account, version, document}], more}` |
/// | Get | `{account, version?}` | `{account, version, document}` |
/// | Versions | `{account}` | `{versions: [{version, applied_at}]}`, newest first |
package actor DirectoryService {
    private let executor = DiskExecutor(label: "directory")
    private let store: any DirectoryStore
    /// Each account's present version.
    private var present: [String: DirectoryDocument] = [:]
    private let signal = ChangeSignal()
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> Timestamp

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// A reply's documents together stay below this, but for one that is longer alone (wire.md §8, `max_body`).
    private static let roomInReply = 600 * 1024
    /// More problems than a person reads; the first of them are the document's first.
    private static let mostProblems = 500

    /// - Parameters:
    ///   - store: used from here only from now on.
    ///   - clock: ends the waiting of `Changes`.
    ///   - now: the wall clock, for when a version was applied.
    /// - Throws: `StorageError` where the store cannot be read.
    package init(
        store: sending any DirectoryStore, clock: any Clock<Duration> = ContinuousClock(), now: @escaping @Sendable () -> Timestamp
    ) throws(StorageError) {
        let documents = try store.current()
        self.store = store
        self.clock = clock
        self.now = now
        for document in documents { present[document.version.account] = document }
    }

    /// - Throws: INVALID_ARGUMENT, NOT_FOUND, UNIMPLEMENTED, or UNAVAILABLE where the store cannot be used now.
    package func answer(method: String, _ body: [UInt8]) async throws(ServiceError) -> [UInt8] {
        switch method {
        case "Apply": return try apply(try ApplyRequest(body: body.span.bytes)).body
        case "Changes": return try await changes(ChangesRequest(body: body.span.bytes)).body
        case "Get": return try get(try GetRequest(body: body.span.bytes)).body
        case "Versions": return try versions(try VersionsRequest(body: body.span.bytes)).body
        default: throw ServiceError(.unimplemented, "\(ServiceName.directory) has no method \(method); use Apply, Changes, Get or Versions")
        }
    }

    /// Validates the document whole and makes it its account's next version, or says all that is wrong with it.
    package func apply(_ request: ApplyRequest) throws(ServiceError) -> ApplyReply {
        let size = request.document.utf8.count
        guard size <= ApplyRequest.largestDocument else {
            throw ServiceError(.resourceExhausted, "the document has \(size) bytes; at most \(ApplyRequest.largestDocument) are taken in one piece")
        }
        let directory: Directory
        do throws(DirectoryError) {
            directory = try Directory(yaml: request.document, version: 0)
        } catch {
            return .refused(Array(error.problems.prefix(Self.mostProblems)))
        }
        do throws(StorageError) {
            let version = try store.put(account: directory.account, text: request.document, numbers: directory.numbers.map(\.number), at: now())
            if present[directory.account]?.version.version != version, let document = try store.document(account: directory.account, version: version) {
                present[directory.account] = document
                signal.raise()
            }
            return .applied(account: directory.account, version: version)
        } catch {
            guard error.code == .numberTaken else { throw ServiceError(.unavailable, error.message) }
            // The message names the place, and the number is the operator's own.
            return .refused([DirectoryProblem(path: "", message: error.message)])
        }
    }

    /// Answers at once where something has changed, else when something does or the wait is over.
    package func changes(_ request: ChangesRequest) async -> ChangesReply {
        let count = signal.count
        let reply = changes(since: request.have)
        guard reply.changes.isEmpty, request.wait > .zero else { return reply }
        let (signal, clock) = (signal, clock)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await signal.wait(past: count) }
            // Cancelled when the other is first.
            group.addTask { try? await clock.sleep(for: request.wait) }
            await group.next()
            group.cancelAll()
        }
        return changes(since: request.have)
    }

    /// Lets everyone who waits for a change go, with what there is; for a worker that is to end.
    package nonisolated func releaseWaiting() { signal.close() }

    private func changes(since have: [String: UInt64]) -> ChangesReply {
        var reply = ChangesReply(changes: [], more: false)
        var size = 0
        for (account, document) in present.sorted(by: { $0.key < $1.key }) where have[account] != document.version.version {
            size += document.text.utf8.count
            guard size <= Self.roomInReply || reply.changes.isEmpty else {
                reply.more = true
                break
            }
            reply.changes.append(DirectoryText(document))
        }
        return reply
    }

    package func get(_ request: GetRequest) throws(ServiceError) -> DirectoryText {
        let document = try stored { store throws(StorageError) in try store.document(account: request.account, version: request.version) }
        guard let document else {
            let what = request.version.map { "version \($0) of account" } ?? "account"
            throw ServiceError(.notFound, "there is no \(what) \"\(request.account.prefix(64))\"")
        }
        return DirectoryText(document)
    }

    package func versions(_ request: VersionsRequest) throws(ServiceError) -> VersionsReply {
        let versions = try stored { store throws(StorageError) in try store.versions(account: request.account) }
        guard !versions.isEmpty else { throw ServiceError(.notFound, "there is no account \"\(request.account.prefix(64))\"") }
        return VersionsReply(versions: versions.map { VersionsReply.Version(version: $0.version, appliedAt: $0.appliedAt) })
    }

    private func stored<Result>(_ body: (any DirectoryStore) throws(StorageError) -> Result) throws(ServiceError) -> Result {
        do throws(StorageError) {
            return try body(store)
        } catch {
            throw ServiceError(.unavailable, error.message)
        }
    }
}

extension DirectoryText {
    fileprivate init(_ document: DirectoryDocument) {
        self.init(account: document.version.account, version: document.version.version, text: document.text)
    }
}
