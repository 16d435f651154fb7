package import CallModel
package import CallStorage
import MessageWire

/// `trunkline.v1.Directory`: the versions of the accounts' directories (directory.md). Bodies are JSON, but for parts.
///
/// | method | request | reply |
/// |---|---|---|
/// | Apply | `{document}`, or `{upload, size}` | `{account, version}`, `{problems: [{path, message, line?}]}` or `{failures: [text]}` |
/// | Upload | `{upload, offset}`, a line feed, bytes | `{}` |
/// | Rollback | `{account?, version?}` | as Apply, with `restored` |
/// | Changes | `{have: {account: revision…}, wait_ms?}` | `{secret, changes: [{account, version, revision, switches}], more}` |
/// | Part | `{account, version, form: text or packed, offset}` | bytes |
/// | Get | `{account?, version?}` | `{account, version, applied_at, size, switches}` |
/// | Versions | `{account?}` | `{account, versions: [{version, applied_at}]}`, newest first |
/// | Schedule | `{account?, schedule, state: open, closed or auto, until?}` | `{account, schedule, open}` |
package actor DirectoryService {
    private let executor = DiskExecutor(label: "directory")
    private let reading: DocumentReading
    let store: any DirectoryStore
    private let secret: SecretKey
    var present: [String: Present] = [:]
    private var uploads = DirectoryUploads()
    /// The text whose parts are being fetched.
    private var lent: (account: String, version: UInt64, text: [UInt8])?
    let signal = ChangeSignal()
    private let clock: any Clock<Duration>
    let now: @Sendable () -> Timestamp

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// What an account goes by now.
    struct Present {
        var directory: Directory
        var packed: [UInt8]
        var version: UInt64
        var revision: UInt64
        var switches: [ScheduleSwitch]
    }

    /// Heads in one reply: each has some hundred bytes (wire.md §8, `max_body`).
    private static let headsInReply = 4000
    /// More problems than a person reads; the first of them are the document's first.
    private static let mostProblems = 500

    /// - Parameters:
    ///   - store: used from here only from now on.
    ///   - trial: a document whose tests do not hold by it is refused.
    ///   - clock: ends the waiting of `Changes`.
    ///   - now: the wall clock: when a version was applied, and whether a switch has expired.
    /// - Throws: `StorageError` where the store cannot be read.
    package init(
        store: sending any DirectoryStore, trial: @escaping DocumentReading.Trial = { _ in [] }, clock: any Clock<Duration> = ContinuousClock(),
        now: @escaping @Sendable () -> Timestamp
    ) throws(StorageError) {
        secret = try store.secret()
        var present: [String: Present] = [:]
        for current in try store.current() { present[current.account] = try Present(current, store) }
        self.present = present
        reading = DocumentReading(trial: trial)
        self.store = store
        self.clock = clock
        self.now = now
    }

    /// - Throws: INVALID_ARGUMENT, NOT_FOUND, FAILED_PRECONDITION, RESOURCE_EXHAUSTED, UNIMPLEMENTED, or UNAVAILABLE where the store cannot be used now.
    package func answer(method: String, _ body: [UInt8]) async throws(ServiceError) -> [UInt8] {
        switch method {
        case "Apply": return try await apply(try ApplyRequest(body: body.span.bytes)).body
        case "Upload":
            try uploads.take(try UploadRequest(body: body), at: now())
            return Array("{}".utf8)
        case "Rollback": return try await rollback(try RollbackRequest(body: body.span.bytes)).body
        case "Changes": return try await changes(ChangesRequest(body: body.span.bytes)).body
        case "Part": return try part(try PartRequest(body: body.span.bytes))
        case "Get": return try get(try GetRequest(body: body.span.bytes)).body
        case "Versions": return try versions(try VersionsRequest(body: body.span.bytes)).body
        case "Schedule": return try schedule(try ScheduleRequest(body: body.span.bytes)).body
        default:
            let methods = "Apply, Upload, Rollback, Changes, Part, Get, Versions or Schedule"
            throw ServiceError(.unimplemented, "\(ServiceName.directory) has no method \(method); use \(methods)")
        }
    }

    /// Takes a part of a document.
    package func take(_ part: UploadRequest) throws(ServiceError) { try uploads.take(part, at: now()) }

    /// Validates the document whole and makes it its account's next version, or says all that is wrong with it.
    package func apply(_ request: ApplyRequest) async throws(ServiceError) -> ApplyReply {
        switch request {
        case .document(let text):
            guard text.utf8.count <= ApplyRequest.largestMessage else {
                throw ServiceError(
                    .resourceExhausted, "the document has \(text.utf8.count) bytes; at most \(ApplyRequest.largestMessage) are taken in one piece: upload it in parts")
            }
            return try await apply(text)
        case .upload(let name, let size):
            // Asked again, because the answer was lost on the way.
            if let answered = uploads.answered(name) { return answered }
            let reply = try await apply(try uploads.finish(name, size: size))
            uploads.remember(reply, of: name)
            return reply
        }
    }

    /// Makes the text of an earlier version the next one.
    package func rollback(_ request: RollbackRequest) async throws(ServiceError) -> ApplyReply {
        let (account, current) = try account(request.account)
        let before = try stored { store throws(StorageError) in try store.versions(account: account) }.dropFirst().first
        guard let earlier = request.version ?? before?.version else { throw ServiceError(.failedPrecondition, "\(account) has one version only; there is none to go back to") }
        guard earlier != current.version else { throw ServiceError(.failedPrecondition, "version \(earlier) is the present one of \(account); name an earlier one") }
        let reply = try await apply(try document(account, earlier).text)
        guard case .applied(let account, let version, _) = reply else { return reply }
        return .applied(account: account, version: version, restored: earlier)
    }

    private func apply(_ text: String) async throws(ServiceError) -> ApplyReply {
        let read: DocumentReading.Read
        switch await reading.read(text) {
        case .read(let outcome): read = outcome
        case .refused(let problems): return .refused(Array(problems.prefix(Self.mostProblems)))
        case .testsFailed(let failures): return .testsFailed(Array(failures.prefix(Self.mostProblems)))
        }
        let account = read.directory.account
        if let taken = foreign(read.directory.numbers, account) {
            // The number is in the operator's own document; whose it is is not his to know.
            let message = "\(taken.e164) belongs to another account of this pool: remove it here, or there first"
            return .refused([DirectoryProblem(path: "numbers", message: message)])
        }
        let now = now()
        let old = present[account]
        let switches = (old?.switches ?? []).filter { $0.outlives(now) }
        let version = try stored { store throws(StorageError) in
            try store.put(account: account, text: text, packed: read.packed, switches: switches, at: now)
        }
        if old?.version != version {
            present[account] = Present(
                directory: read.directory, packed: read.packed, version: version, revision: (old?.revision ?? 0) + 1, switches: switches)
            signal.raise()
        }
        return .applied(account: account, version: version)
    }

    /// The first of the numbers that another account has.
    private func foreign(_ numbers: NumberTable, _ account: String) -> PhoneNumber? {
        var taken: [PhoneNumber] = []
        for (other, present) in present where other != account {
            let theirs = present.directory.numbers
            let (fewer, more) = numbers.count < theirs.count ? (numbers, theirs) : (theirs, numbers)
            taken += fewer.phoneNumbers.filter(more.holds)
        }
        return taken.min()
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
        let changed = present.filter { have[$0.key] != $0.value.revision }.sorted { $0.key < $1.key }
        let heads = changed.prefix(Self.headsInReply).map { account, present in
            DirectoryHead(account: account, version: present.version, revision: present.revision, switches: present.switches)
        }
        return ChangesReply(secret: secret, changes: heads, more: changed.count > heads.count)
    }

    package func part(_ request: PartRequest) throws(ServiceError) -> [UInt8] {
        switch request.form {
        case .packed:
            guard let present = present[request.account], present.version == request.version else {
                throw ServiceError(.notFound, "version \(request.version) is not the present one of account \"\(request.account.prefix(64))\"")
            }
            return Self.part(of: present.packed, from: request.offset)
        case .text:
            if lent.map({ ($0.account, $0.version) != (request.account, request.version) }) ?? true {
                lent = (request.account, request.version, Array(try document(request.account, request.version).text.utf8))
            }
            let part = Self.part(of: lent?.text ?? [], from: request.offset)
            if part.isEmpty { lent = nil }
            return part
        }
    }

    private static func part(of bytes: [UInt8], from offset: Int) -> [UInt8] {
        Array(bytes.dropFirst(offset).prefix(UploadRequest.partSize))
    }

    private func document(_ account: String, _ version: UInt64?) throws(ServiceError) -> DirectoryDocument {
        let document = try stored { store throws(StorageError) in try store.document(account: account, version: version) }
        guard let document else {
            let what = version.map { "version \($0) of account" } ?? "account"
            throw ServiceError(.notFound, "there is no \(what) \"\(account.prefix(64))\"")
        }
        return document
    }

    package func get(_ request: GetRequest) throws(ServiceError) -> VersionReply {
        let (account, present) = try account(request.account)
        let document = try document(account, request.version)
        return VersionReply(
            account: account, version: document.version.version, appliedAt: document.version.appliedAt, size: document.text.utf8.count,
            switches: present.switches)
    }

    package func versions(_ request: VersionsRequest) throws(ServiceError) -> VersionsReply {
        let account = try account(request.account).name
        let versions = try stored { store throws(StorageError) in try store.versions(account: account) }
        return VersionsReply(account: account, versions: versions.map { VersionsReply.Version(version: $0.version, appliedAt: $0.appliedAt) })
    }

    /// The account that was named, else the only one.
    func account(_ name: String?) throws(ServiceError) -> (name: String, present: Present) {
        if let name {
            guard let present = present[name] else { throw ServiceError(.notFound, "there is no account \"\(name.prefix(64))\"") }
            return (name, present)
        }
        guard let only = present.first else { throw ServiceError(.notFound, "no directory has been applied yet; use trunkline apply") }
        guard present.count == 1 else { throw ServiceError(.invalidArgument, "the pool has \(present.count) accounts; name one with --account") }
        return (only.key, only.value)
    }

    func stored<Result>(_ body: (any DirectoryStore) throws(StorageError) -> Result) throws(ServiceError) -> Result {
        do throws(StorageError) {
            return try body(store)
        } catch {
            throw ServiceError(.unavailable, error.message)
        }
    }
}

extension DirectoryService.Present {
    /// - Throws: where the store cannot be read, or this program refuses the text that an earlier one took.
    fileprivate init(_ current: CurrentDirectory, _ store: any DirectoryStore) throws(StorageError) {
        version = current.version
        revision = current.revision
        switches = current.switches
        if let packed = current.packed, let directory = try? PackedDirectory.directory(packed, version: 0) {
            self.packed = packed
            self.directory = directory
            return
        }
        guard let document = try store.document(account: current.account, version: current.version) else {
            throw StorageError(.damaged, "version \(current.version) of account \(current.account) is missing; restore the data folder from a backup")
        }
        do throws(DirectoryError) {
            let read = try DocumentReading.Read(document.text)
            packed = read.packed
            directory = read.directory
        } catch {
            throw StorageError(
                .incompatible, "this program refuses the present directory of account \(current.account) (\(error.problems.first?.description ?? "")); apply a mended one with the program that took it")
        }
    }
}
