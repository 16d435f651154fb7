import CallModel
import CallServices
import CallStorage
import MessageWire
import Testing

@Suite("The directory service keeps the accounts' versions")
struct DirectoryServiceTests {
    private func service(clock: any Clock<Duration> = StoppedClock()) throws -> DirectoryService {
        try DirectoryService(store: MemoryDirectoryStore(), clock: clock) { Timestamp(milliseconds: 1_780_495_500_000) }
    }

    static let document = RoutingServiceTests.document
    static let changed = document + "\nmissed_after_seconds: 20"
    static let other = """
        account: globex
        name: Globex
        country: US
        time_zone: America/Chicago
        destinations: [{id: desk, number: "+13125550111", kind: landline}]
        flows: [{id: main, start: {dial: desk}}]
        numbers: [{number: "+12125550100", state: active, flow: main}]
        """

    @Test("a valid document becomes the next version, and the same one again is no new one")
    func apply() async throws {
        let service = try service()
        #expect(try await service.apply(ApplyRequest(document: Self.document)) == .applied(account: "acme", version: 1))
        #expect(try await service.apply(ApplyRequest(document: Self.document)) == .applied(account: "acme", version: 1))
        #expect(try await service.apply(ApplyRequest(document: Self.changed)) == .applied(account: "acme", version: 2))
        #expect(try await service.get(GetRequest(account: "acme")).text == Self.changed)
        #expect(try await service.get(GetRequest(account: "acme", version: 1)).text == Self.document)
        #expect(try await service.versions(VersionsRequest(account: "acme")).versions.map(\.version) == [2, 1])
    }

    @Test("a document with mistakes is refused whole, with all of them")
    func problems() async throws {
        let service = try service()
        let broken = Self.document.split(separator: "flow: main").joined(separator: "flow: mian") + "\nmissed_after_secs: 20"
        guard case .refused(let problems) = try await service.apply(ApplyRequest(document: broken)) else {
            Issue.record("applied")
            return
        }
        #expect(problems.count >= 2)
        #expect(await service.changes(ChangesRequest(have: [:])).changes.isEmpty)
    }

    @Test("a number of another account is a problem that names it")
    func numberTaken() async throws {
        let service = try service()
        _ = try await service.apply(ApplyRequest(document: Self.document))
        guard case .refused(let problems) = try await service.apply(ApplyRequest(document: Self.other)) else {
            Issue.record("applied")
            return
        }
        #expect(problems.count == 1)
        #expect(problems.first?.message.contains("+12125550100") == true)
    }

    @Test("changes are the accounts of which the reader has another version")
    func changes() async throws {
        let service = try service()
        _ = try await service.apply(ApplyRequest(document: Self.document))
        let all = await service.changes(ChangesRequest(have: [:]))
        #expect(all == ChangesReply(changes: [DirectoryText(account: "acme", version: 1, text: Self.document)], more: false))
        #expect(await service.changes(ChangesRequest(have: ["acme": 1])).changes.isEmpty)
        #expect(await service.changes(ChangesRequest(have: ["acme": 9])).changes.count == 1)
    }

    @Test("a question that finds no change is answered when one comes")
    func waiting() async throws {
        let service = try service()
        _ = try await service.apply(ApplyRequest(document: Self.document))
        async let reply = service.changes(ChangesRequest(have: ["acme": 1], wait: .seconds(20)))
        _ = try await service.apply(ApplyRequest(document: Self.changed))
        #expect(await reply.changes.map(\.version) == [2])
    }

    @Test("a question that finds no change is answered when its wait is over")
    func waitOver() async throws {
        let service = try service(clock: RushingClock())
        #expect(await service.changes(ChangesRequest(have: [:], wait: .seconds(20))) == ChangesReply(changes: [], more: false))
    }

    @Test("a worker that ends lets go who waits")
    func release() async throws {
        let service = try service()
        await withTaskGroup(of: Int.self) { group in
            group.addTask { await service.changes(ChangesRequest(have: [:], wait: .seconds(20))).changes.count }
            group.addTask {
                // Until the other has been let go: it may begin to wait after the first.
                while !Task.isCancelled {
                    service.releaseWaiting()
                    await Task.yield()
                }
                return -1
            }
            #expect(await group.next() == 0)
            group.cancelAll()
        }
    }

    @Test("documents that do not fit into one message come in several replies")
    func more() async throws {
        let service = try service()
        let padding = "# " + String(repeating: "x", count: 400 * 1024)
        let unlike = Self.other.split(separator: "+12125550100").joined(separator: "+12125550199")
        _ = try await service.apply(ApplyRequest(document: Self.document + "\n" + padding))
        _ = try await service.apply(ApplyRequest(document: unlike + "\n" + padding))
        let first = await service.changes(ChangesRequest(have: [:]))
        #expect(first.changes.map(\.account) == ["acme"])
        #expect(first.more)
        let second = await service.changes(ChangesRequest(have: ["acme": 1]))
        #expect(second.changes.map(\.account) == ["globex"])
        #expect(!second.more)
    }

    @Test(
        "a request that is none is refused with its reason",
        arguments: [
            ("Apply", "{}", StatusCode.invalidArgument), ("Apply", "document", .invalidArgument),
            ("Changes", #"{"have":{"acme":"one"}}"#, .invalidArgument), ("Changes", "{}", .invalidArgument),
            ("Get", #"{"account":"nobody"}"#, .notFound), ("Get", #"{"account":"a","version":-1}"#, .invalidArgument),
            ("Versions", #"{"account":"nobody"}"#, .notFound), ("Guess", "{}", .unimplemented),
        ])
    func refused(method: String, body: String, status: StatusCode) async throws {
        let service = try service()
        let error = await #expect(throws: ServiceError.self) { try await service.answer(method: method, Array(body.utf8)) }
        #expect(error?.status == status)
    }

    @Test("a document over the limit is refused before it is read")
    func tooLarge() async throws {
        let service = try service()
        let document = String(repeating: "#", count: ApplyRequest.largestDocument + 1)
        let error = await #expect(throws: ServiceError.self) { try await service.apply(ApplyRequest(document: document)) }
        #expect(error?.status == .resourceExhausted)
    }

    @Test("every message survives its way as JSON")
    func messages() throws {
        func check<Message: JSONBody & Equatable>(_ message: Message) throws {
            #expect(try Message(json: #require(message.body.withUnsafeBytes { JSON($0) })) == message)
        }
        try check(ApplyRequest(document: "a: \"ä\"\n\tb"))
        try check(ApplyReply.applied(account: "acme", version: 3))
        try check(ApplyReply.refused([DirectoryProblem(path: "a", message: "b", line: 3), DirectoryProblem(path: "", message: "c")]))
        try check(ChangesRequest(have: ["acme": 1, "globex": 4], wait: .milliseconds(1500)))
        try check(ChangesReply(changes: [DirectoryText(account: "acme", version: 1, text: "x")], more: true))
        try check(GetRequest(account: "acme"))
        try check(GetRequest(account: "acme", version: 2))
        try check(VersionsRequest(account: "acme"))
        try check(VersionsReply(versions: [.init(version: 2, appliedAt: Timestamp(milliseconds: 1_780_495_500_000))]))
    }
}
