import CallModel
import CallServices
import CallStorage
import Logging
import Synchronization
import Testing

/// Tells what it was handed.
private final class Notebook: DirectoryListener {
    /// One element a call: accounts with their versions.
    private let pages: AsyncStream<[String]>
    private let source: AsyncStream<[String]>.Continuation

    init() { (pages, source) = AsyncStream.makeStream() }

    /// The next that was handed over; for one reader.
    func next() async -> [String]? {
        for await page in pages { return page }
        return nil
    }

    func take(_ directories: [Directory], at now: Timestamp) {
        source.yield(directories.map { "\($0.account) \($0.version)" }.sorted())
    }
}

@Suite("A subscription keeps a worker on the present directories")
struct DirectorySubscriptionTests {
    private struct Away: Error {}

    private func service() throws -> DirectoryService {
        try DirectoryService(store: MemoryDirectoryStore(), clock: StoppedClock()) { Timestamp(milliseconds: 0) }
    }

    /// Runs a subscription while `body` looks at what the listener gets.
    private func subscribed(
        copies: DirectoryCopies? = nil, ask: @escaping DirectorySubscription.Ask,
        _ body: (Notebook) async throws -> Void
    ) async throws {
        let notebook = Notebook()
        let subscription = DirectorySubscription(
            listener: notebook, copies: copies, clock: RushingClock(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            now: { Timestamp(milliseconds: 0) }, ask: ask)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await subscription.run() }
            try await body(notebook)
            group.cancelAll()
        }
    }

    @Test("what is applied arrives, first all and then each")
    func live() async throws {
        let service = try service()
        _ = try await service.apply(ApplyRequest(document: DirectoryServiceTests.document))
        try await subscribed(ask: { await service.changes($0) }) { notebook in
            #expect(await notebook.next() == ["acme 1"])
            _ = try await service.apply(ApplyRequest(document: DirectoryServiceTests.changed))
            #expect(await notebook.next() == ["acme 2"])
        }
    }

    @Test("a service without accounts is known to have none")
    func none() async throws {
        let service = try service()
        try await subscribed(ask: { await service.changes($0) }) { notebook in
            #expect(await notebook.next() == [])
        }
    }

    @Test("the first accounts come together, however many replies bring them")
    func pieces() async throws {
        let other = DirectoryServiceTests.other
        try await subscribed(ask: { request in
            switch request.have.count {
            case 0: return ChangesReply(changes: [DirectoryText(account: "acme", version: 1, text: DirectoryServiceTests.document)], more: true)
            case 1: return ChangesReply(changes: [DirectoryText(account: "globex", version: 4, text: other)], more: false)
            default: throw Away()
            }
        }) { notebook in
            #expect(await notebook.next() == ["acme 1", "globex 4"])
        }
    }

    @Test("a service that is away for a while is asked again")
    func away() async throws {
        let service = try service()
        let failures = Mutex(3)
        try await subscribed(ask: { request in
            let fails = failures.withLock { left in
                left -= 1
                return left >= 0
            }
            if fails { throw Away() }
            return await service.changes(request)
        }) { notebook in
            #expect(await notebook.next() == [])
        }
    }

    @Test("a document that cannot be read changes nothing, and what follows it arrives")
    func unreadable() async throws {
        try await subscribed(ask: { request in
            switch request.have["acme"] {
            case nil: ChangesReply(changes: [DirectoryText(account: "acme", version: 1, text: DirectoryServiceTests.document)], more: false)
            case 1: ChangesReply(changes: [DirectoryText(account: "acme", version: 2, text: "acount: acme")], more: false)
            case 2: ChangesReply(changes: [DirectoryText(account: "acme", version: 3, text: DirectoryServiceTests.changed)], more: false)
            default: throw Away()
            }
        }) { notebook in
            #expect(await notebook.next() == ["acme 1"])
            #expect(await notebook.next() == ["acme 3"])
        }
    }

    @Test("a worker starts by its copies when the service is away")
    func copies() async throws {
        let folder = TemporaryFolder()
        let service = try service()
        _ = try await service.apply(ApplyRequest(document: DirectoryServiceTests.document))
        try await subscribed(copies: try DirectoryCopies(folder: folder.path), ask: { await service.changes($0) }) { notebook in
            #expect(await notebook.next() == ["acme 1"])
        }
        folder.write("torn.directory.json", #"{"account":"torn","version":1,"docum"#)
        let asked = Mutex<[String: UInt64]?>(nil)
        try await subscribed(copies: try DirectoryCopies(folder: folder.path), ask: { request in
            asked.withLock { $0 = $0 ?? request.have }
            throw Away()
        }) { notebook in
            #expect(await notebook.next() == ["acme 1"])
        }
        #expect(asked.withLock { $0 } ?? ["acme": 1] == ["acme": 1])
    }

    @Test("a folder of copies has one owner, and is free again when that one is gone")
    func owner() throws {
        let folder = TemporaryFolder()
        var first: DirectoryCopies? = try DirectoryCopies(folder: folder.path)
        let error = #expect(throws: StorageError.self) { try DirectoryCopies(folder: folder.path) }
        #expect(error?.code == .folderInUse)
        #expect(first?.load().directories.isEmpty == true)
        first = nil
        #expect(try DirectoryCopies(folder: folder.path).load().unreadable.isEmpty)
    }

    @Test("a copy is replaced by the next version")
    func replaced() throws {
        let folder = TemporaryFolder()
        let copies = try DirectoryCopies(folder: folder.path)
        try copies.keep(DirectoryText(account: "acme", version: 1, text: DirectoryServiceTests.document))
        try copies.keep(DirectoryText(account: "acme", version: 2, text: DirectoryServiceTests.changed))
        let (directories, unreadable) = copies.load()
        #expect(directories.map(\.version) == [2])
        #expect(unreadable.isEmpty)
        #expect(folder.names.filter { $0.contains("acme") }.count == 1)
    }
}
