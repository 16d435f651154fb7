import CallModel
import CallServices
import CallStorage
import Glibc
import Logging
import Synchronization
import Testing

/// Tells what it was handed.
private final class Notebook: DirectoryListener {
    private let pages: AsyncStream<String>
    private let source: AsyncStream<String>.Continuation
    let secret = Mutex<SecretKey?>(nil)

    init() { (pages, source) = AsyncStream.makeStream() }

    /// The next that was handed over: accounts with their versions and what is switched in them. For one reader.
    func next() async -> String? {
        for await page in pages { return page }
        return nil
    }

    func take(_ directories: [Directory], at now: Timestamp) {
        source.yield(
            directories.map { directory in
                let switched = directory.schedules.compactMap { schedule in schedule.manual.map { " \(schedule.id) \($0.isOpen ? "open" : "closed")" } }
                return "\(directory.account) \(directory.version)" + switched.joined()
            }.sorted().joined(separator: ", "))
    }

    func set(_ manual: Schedule.Manual?, schedule: String, account: String) {
        source.yield("\(account): \(schedule) " + (manual.map { $0.isOpen ? "open" : "closed" } ?? "auto"))
    }

    func take(secret: SecretKey) { self.secret.withLock { $0 = secret } }
}

/// A directory service that can be away.
private struct Source: DirectorySource {
    struct Away: Error {}

    var service: DirectoryService?
    var ask: @Sendable (ChangesRequest) async throws -> ChangesReply = { _ in throw Away() }
    /// What it hands out where there is no service.
    var bytes: [UInt8]?

    func changes(_ request: ChangesRequest) async throws -> ChangesReply {
        if let service { await service.changes(request) } else { try await ask(request) }
    }

    func packed(account: String, version: UInt64) async throws -> [UInt8]? {
        guard let service else { return bytes }
        return try await service.part(PartRequest(account: account, version: version, form: .packed, offset: 0))
    }
}

@Suite("A subscription keeps a worker on the present directories")
struct DirectorySubscriptionTests {
    private static let scheduled = DirectoryServiceTests.document + "\nschedules: [{id: office}, {id: night, manual: {state: closed}}]"

    private func service(store: sending any DirectoryStore = MemoryDirectoryStore()) throws -> DirectoryService {
        try DirectoryService(store: store, clock: StoppedClock()) { Timestamp(milliseconds: 0) }
    }

    private static func packed(_ text: String) throws -> [UInt8] {
        let (directory, outline) = try Directory.read(text, version: 0)
        return PackedDirectory.bytes(outline: outline, numbers: directory.numbers)
    }

    private static func head(_ account: String, _ version: UInt64) -> DirectoryHead {
        DirectoryHead(account: account, version: version, revision: version, switches: [])
    }

    /// Runs a subscription while `body` looks at what the listener gets.
    private func subscribed(copies: DirectoryCopies? = nil, _ source: Source, _ body: (Notebook) async throws -> Void) async throws {
        let notebook = Notebook()
        let subscription = DirectorySubscription(
            listener: notebook, copies: copies, source: source, clock: RushingClock(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, now: { Timestamp(milliseconds: 0) })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await subscription.run() }
            try await body(notebook)
            group.cancelAll()
        }
    }

    @Test("what is applied arrives, first all and then each")
    func live() async throws {
        let service = try service()
        _ = try await service.apply(.document(DirectoryServiceTests.document))
        try await subscribed(Source(service: service)) { notebook in
            #expect(await notebook.next() == "acme 1")
            _ = try await service.apply(.document(DirectoryServiceTests.changed))
            #expect(await notebook.next() == "acme 2")
        }
    }

    @Test("the secret comes with the directories, and is the store's own")
    func secret() async throws {
        let store = MemoryDirectoryStore()
        let expected = try store.secret()
        let service = try service(store: store)
        try await subscribed(Source(service: service)) { notebook in
            #expect(await notebook.next() == "")
            #expect(notebook.secret.withLock { $0 } == expected)
            #expect(expected != .open)
        }
    }

    @Test("a switch arrives without its directory, and stays when a new version comes")
    func switched() async throws {
        let service = try service()
        _ = try await service.apply(.document(Self.scheduled))
        try await subscribed(Source(service: service)) { notebook in
            #expect(await notebook.next() == "acme 1 night closed")
            let open = Schedule.Manual(isOpen: true, until: nil)
            #expect(try await service.schedule(ScheduleRequest(schedule: "office", manual: open)).isOpen)
            #expect(await notebook.next() == "acme: office open")
            _ = try await service.schedule(ScheduleRequest(schedule: "night", manual: open))
            #expect(await notebook.next() == "acme: night open")
            _ = try await service.apply(.document(Self.scheduled + "\nmissed_after_seconds: 20"))
            #expect(await notebook.next() == "acme 2 office open night open")
            // What the document says counts no more, until its next version.
            _ = try await service.schedule(ScheduleRequest(schedule: "night", manual: nil))
            #expect(await notebook.next() == "acme: night auto")
            _ = try await service.apply(.document(Self.scheduled))
            #expect(await notebook.next() == "acme 3 office open night closed")
            _ = try await service.schedule(ScheduleRequest(schedule: "office", manual: nil))
            #expect(await notebook.next() == "acme: office auto")
        }
    }

    @Test("a service without accounts is known to have none")
    func none() async throws {
        try await subscribed(Source(service: try service())) { notebook in
            #expect(await notebook.next() == "")
        }
    }

    @Test("the first accounts come together, however many replies bring them")
    func pieces() async throws {
        let source = Source(ask: { request in
            switch request.have.count {
            case 0: return ChangesReply(secret: .open, changes: [Self.head("acme", 1)], more: true)
            case 1: return ChangesReply(secret: .open, changes: [Self.head("globex", 4)], more: false)
            default: throw Source.Away()
            }
        }, bytes: try Self.packed(DirectoryServiceTests.document))
        try await subscribed(source) { notebook in
            #expect(await notebook.next() == "acme 1, acme 4")
        }
    }

    @Test("a service that is away for a while is asked again")
    func away() async throws {
        let service = try service()
        let failures = Mutex(3)
        let source = Source(ask: { request in
            let fails = failures.withLock { left in
                left -= 1
                return left >= 0
            }
            if fails { throw Source.Away() }
            return await service.changes(request)
        })
        try await subscribed(source) { notebook in
            #expect(await notebook.next() == "")
        }
    }

    @Test("a version that was replaced before it was fetched is passed over")
    func replacedMeanwhile() async throws {
        let service = try service()
        _ = try await service.apply(.document(DirectoryServiceTests.document))
        let isFirst = Mutex(true)
        let source = Source(ask: { request in
            let reply = await service.changes(request)
            if isFirst.withLock({ first in defer { first = false }; return first }) {
                // Nothing is handed out for it: `bytes` is nil.
                return reply
            }
            return ChangesReply(secret: reply.secret, changes: [], more: false)
        })
        try await subscribed(source) { notebook in
            #expect(await notebook.next() == "")
        }
    }

    @Test("bytes that cannot be read change nothing, and are not asked for again")
    func unreadable() async throws {
        let asked = Mutex<[UInt64?]>([])
        let source = Source(ask: { request in
            asked.withLock { $0.append(request.have["acme"]) }
            guard request.have["acme"] == nil else { throw Source.Away() }
            return ChangesReply(secret: .open, changes: [Self.head("acme", 1)], more: false)
        }, bytes: [1, 2, 3])
        try await subscribed(source) { notebook in
            #expect(await notebook.next() == "")
        }
        #expect(asked.withLock { $0 }.prefix(1) == [nil])
        #expect(asked.withLock { $0 }.dropFirst().allSatisfy { $0 == 1 })
    }

    @Test("a worker starts by its copies when the service is away: directories, switches and secret")
    func copies() async throws {
        let folder = TemporaryFolder()
        let service = try service()
        _ = try await service.apply(.document(Self.scheduled))
        let secret = await service.changes(ChangesRequest(have: [:])).secret
        try await subscribed(copies: try DirectoryCopies(folder: folder.path), Source(service: service)) { notebook in
            #expect(await notebook.next() == "acme 1 night closed")
            _ = try await service.schedule(ScheduleRequest(schedule: "office", manual: Schedule.Manual(isOpen: true, until: nil)))
            #expect(await notebook.next() == "acme: office open")
            // The copy of the switch is kept before the next is asked for.
            _ = try await service.apply(.document(DirectoryServiceTests.document + "\nschedules: [{id: office}]"))
            #expect(await notebook.next() == "acme 2 office open")
            _ = try await service.schedule(ScheduleRequest(schedule: "office", manual: Schedule.Manual(isOpen: false, until: nil)))
            #expect(await notebook.next() == "acme: office closed")
            _ = try await service.schedule(ScheduleRequest(schedule: "office", manual: Schedule.Manual(isOpen: true, until: nil)))
            #expect(await notebook.next() == "acme: office open")
        }
        folder.write("torn.directory", "1\n\u{1}\u{3}")
        let asked = Mutex<[String: UInt64]?>(nil)
        let away = Source(ask: { request in
            asked.withLock { $0 = $0 ?? request.have }
            throw Source.Away()
        })
        try await subscribed(copies: try DirectoryCopies(folder: folder.path), away) { notebook in
            let page = try #require(await notebook.next())
            #expect(page.hasPrefix("acme 2 office "))
            #expect(notebook.secret.withLock { $0 } == secret)
        }
        #expect(asked.withLock { $0?.keys.first } ?? "acme" == "acme")
    }

    @Test("a folder of copies has one owner, and is free again when that one is gone")
    func owner() throws {
        let folder = TemporaryFolder()
        var first: DirectoryCopies? = try DirectoryCopies(folder: folder.path)
        let error = #expect(throws: StorageError.self) { try DirectoryCopies(folder: folder.path) }
        #expect(error?.code == .folderInUse)
        #expect(first?.load().copies.isEmpty == true)
        first = nil
        #expect(try DirectoryCopies(folder: folder.path).load().unreadable.isEmpty)
    }

    @Test("a copy is replaced by the next version, and only its owner may read it")
    func replaced() throws {
        let folder = TemporaryFolder()
        let copies = try DirectoryCopies(folder: folder.path)
        try copies.keep(Self.head("acme", 1), packed: try Self.packed(DirectoryServiceTests.document))
        try copies.keep(Self.head("acme", 2), packed: try Self.packed(DirectoryServiceTests.changed))
        try copies.keep(SecretKey(first: 1, second: 2))
        let (kept, secret, unreadable) = copies.load()
        #expect(kept.map(\.directory.version) == [2])
        #expect(kept.map(\.directory.settings.missedAfterSeconds) == [20])
        #expect(kept.map(\.head) == [Self.head("acme", 2)])
        #expect(secret == SecretKey(first: 1, second: 2))
        #expect(unreadable.isEmpty)
        #expect(folder.names.filter { $0.contains("acme") }.count == 2)
        for name in folder.names where name != "lock" {
            var status = stat()
            #expect(stat(folder.path + "/" + name, &status) == 0 && status.st_mode & 0o777 == 0o600)
        }
    }
}
