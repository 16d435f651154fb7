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
        #expect(try await service.apply(ApplyRequest.document(Self.document)) == .applied(account: "acme", version: 1))
        #expect(try await service.apply(ApplyRequest.document(Self.document)) == .applied(account: "acme", version: 1))
        #expect(try await service.apply(ApplyRequest.document(Self.changed)) == .applied(account: "acme", version: 2))
        #expect(try await service.text("acme") == Self.changed)
        #expect(try await service.text("acme", version: 1) == Self.document)
        #expect(try await service.versions(VersionsRequest(account: "acme")).versions.map(\.version) == [2, 1])
    }

    @Test("a document with mistakes is refused whole, with all of them")
    func problems() async throws {
        let service = try service()
        let broken = Self.document.split(separator: "flow: main").joined(separator: "flow: mian") + "\nmissed_after_secs: 20"
        guard case .refused(let problems) = try await service.apply(ApplyRequest.document(broken)) else {
            Issue.record("applied")
            return
        }
        #expect(problems.count >= 2)
        #expect(await service.changes(ChangesRequest(have: [:])).changes.isEmpty)
    }

    @Test("a document whose own tests do not hold is refused with what came")
    func trial() async throws {
        let service = try DirectoryService(
            store: MemoryDirectoryStore(), trial: { directory in directory.settings.missedAfterSeconds == 20 ? ["c1: outcome is missed"] : [] },
            clock: StoppedClock()
        ) { Timestamp(milliseconds: 0) }
        #expect(try await service.apply(.document(Self.changed)) == .testsFailed(["c1: outcome is missed"]))
        #expect(try await service.apply(.document(Self.document)) == .applied(account: "acme", version: 1))
    }

    @Test("a number of another account is a problem that names it")
    func numberTaken() async throws {
        let service = try service()
        _ = try await service.apply(ApplyRequest.document(Self.document))
        guard case .refused(let problems) = try await service.apply(ApplyRequest.document(Self.other)) else {
            Issue.record("applied")
            return
        }
        #expect(problems.count == 1)
        #expect(problems.first?.message.contains("+12125550100") == true)
    }

    @Test("changes are the accounts of which the reader has another version")
    func changes() async throws {
        let service = try service()
        _ = try await service.apply(ApplyRequest.document(Self.document))
        let all = await service.changes(ChangesRequest(have: [:]))
        #expect(all.changes == [DirectoryHead(account: "acme", version: 1, revision: 1, switches: [])] && !all.more)
        #expect(await service.changes(ChangesRequest(have: ["acme": 1])).changes.isEmpty)
        #expect(await service.changes(ChangesRequest(have: ["acme": 9])).changes.count == 1)
    }

    @Test("a question that finds no change is answered when one comes")
    func waiting() async throws {
        let service = try service()
        _ = try await service.apply(ApplyRequest.document(Self.document))
        async let reply = service.changes(ChangesRequest(have: ["acme": 1], wait: .seconds(20)))
        _ = try await service.apply(ApplyRequest.document(Self.changed))
        #expect(await reply.changes.map(\.version) == [2])
    }

    @Test("a question that finds no change is answered when its wait is over")
    func waitOver() async throws {
        let service = try service(clock: RushingClock())
        #expect(await service.changes(ChangesRequest(have: [:], wait: .seconds(20))) .changes.isEmpty)
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

    @Test("a document larger than a message comes in parts, and goes in parts")
    func parts() async throws {
        let service = try service()
        let text = Self.document + "\n# " + String(repeating: "x", count: 3 * UploadRequest.partSize)
        let bytes = Array(text.utf8)
        for offset in stride(from: 0, to: bytes.count, by: UploadRequest.partSize) {
            let part = UploadRequest(upload: "u", offset: offset, bytes: Array(bytes[offset...].prefix(UploadRequest.partSize)))
            // Sent again, as after a lost answer.
            for _ in 1...2 { _ = try await service.answer(method: "Upload", part.body) }
        }
        for _ in 1...2 {
            #expect(try await service.apply(.upload("u", size: bytes.count)) == .applied(account: "acme", version: 1))
        }
        #expect(try await service.text("acme") == text)
        #expect(try await service.get(GetRequest()).size == bytes.count)
    }

    @Test("parts that leave a gap, or are not all there, are refused")
    func gaps() async throws {
        let service = try service()
        try await service.take(UploadRequest(upload: "u", offset: 0, bytes: [1, 2, 3]))
        let gap = await #expect(throws: ServiceError.self) { try await service.take(UploadRequest(upload: "u", offset: 4, bytes: [5])) }
        #expect(gap?.status == .invalidArgument)
        let short = await #expect(throws: ServiceError.self) { try await service.apply(.upload("u", size: 4)) }
        #expect(short?.status == .failedPrecondition)
        let unknown = await #expect(throws: ServiceError.self) { try await service.apply(.upload("v", size: 4)) }
        #expect(unknown?.status == .failedPrecondition)
    }

    @Test("the packed directory is handed out for the present version alone")
    func packed() async throws {
        let service = try service()
        for text in [Self.document, Self.changed] { _ = try await service.apply(.document(text)) }
        let bytes = try await service.part(PartRequest(account: "acme", version: 2, form: .packed, offset: 0))
        #expect(try PackedDirectory.directory(bytes, version: 2).settings.missedAfterSeconds == 20)
        let old = await #expect(throws: ServiceError.self) {
            try await service.part(PartRequest(account: "acme", version: 1, form: .packed, offset: 0))
        }
        #expect(old?.status == .notFound)
    }

    @Test("a rollback makes the earlier text the next version, and says which it was")
    func rollback() async throws {
        let service = try service()
        let nothing = await #expect(throws: ServiceError.self) { try await service.rollback(RollbackRequest()) }
        #expect(nothing?.status == .notFound)
        _ = try await service.apply(.document(Self.document))
        let first = await #expect(throws: ServiceError.self) { try await service.rollback(RollbackRequest()) }
        #expect(first?.status == .failedPrecondition)
        _ = try await service.apply(.document(Self.changed))
        #expect(try await service.rollback(RollbackRequest()) == .applied(account: "acme", version: 3, restored: 1))
        #expect(try await service.text("acme") == Self.document)
        #expect(try await service.rollback(RollbackRequest(account: "acme", version: 2)) == .applied(account: "acme", version: 4, restored: 2))
        let present = await #expect(throws: ServiceError.self) { try await service.rollback(RollbackRequest(version: 4)) }
        #expect(present?.status == .failedPrecondition)
        let unknown = await #expect(throws: ServiceError.self) { try await service.rollback(RollbackRequest(version: 9)) }
        #expect(unknown?.status == .notFound)
    }

    @Test("a rollback is refused when a number of that version has gone to another account")
    func rollbackTaken() async throws {
        let service = try service()
        _ = try await service.apply(.document(Self.document))
        _ = try await service.apply(.document(Self.document.replacing("+12125550100", with: "+12125550177")))
        _ = try await service.apply(.document(Self.other))
        guard case .refused(let problems) = try await service.rollback(RollbackRequest(account: "acme")) else {
            Issue.record("rolled back")
            return
        }
        #expect(problems.map(\.path) == ["numbers"])
    }

    @Test("the account may be left out where there is one, and must be named where there are two")
    func onlyAccount() async throws {
        let service = try service()
        _ = try await service.apply(.document(Self.document))
        #expect(try await service.versions(VersionsRequest()).account == "acme")
        _ = try await service.apply(.document(Self.other.replacing("+12125550100", with: "+12125550177")))
        let two = await #expect(throws: ServiceError.self) { try await service.versions(VersionsRequest()) }
        #expect(two?.status == .invalidArgument)
    }

    @Test(
        "a request that is none is refused with its reason",
        arguments: [
            ("Apply", "{}", StatusCode.invalidArgument), ("Upload", "no head", .invalidArgument), ("Part", "{}", .invalidArgument), ("Schedule", #"{"schedule":"a","state":"ajar"}"#, .invalidArgument), ("Apply", "document", .invalidArgument),
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
        let document = String(repeating: "#", count: ApplyRequest.largestMessage + 1)
        let error = await #expect(throws: ServiceError.self) { try await service.apply(ApplyRequest.document(document)) }
        #expect(error?.status == .resourceExhausted)
    }

    @Test("every message survives its way as JSON")
    func messages() throws {
        func check<Message: JSONBody & Equatable>(_ message: Message) throws {
            #expect(try Message(json: #require(message.body.withUnsafeBytes { JSON($0) })) == message)
        }
        let switches = [
            ScheduleSwitch(schedule: "a", manual: Schedule.Manual(isOpen: true, until: Timestamp(milliseconds: 1_780_495_500_000))),
            ScheduleSwitch(schedule: "b", manual: Schedule.Manual(isOpen: false, until: nil)), ScheduleSwitch(schedule: "c", manual: nil),
        ]
        let head = DirectoryHead(account: "acme", version: 1, revision: 7, switches: switches)
        try check(ApplyRequest.document("a: \"ä\"\n\tb"))
        try check(ApplyRequest.upload("u", size: 7))
        try check(ApplyReply.applied(account: "acme", version: 3, restored: 1))
        try check(ApplyReply.testsFailed(["c1"]))
        try check(head)
        try check(PartRequest(account: "acme", version: 1, form: .packed, offset: 900))
        try check(VersionReply(account: "acme", version: 1, appliedAt: Timestamp(milliseconds: 1_780_495_500_000), size: 5, switches: switches))
        try check(RollbackRequest(account: "acme", version: 1))
        try check(RollbackRequest())
        try check(ScheduleRequest(schedule: "a", manual: switches[0].manual))
        try check(ScheduleReply(account: "acme", schedule: "a", isOpen: true))
        try check(ApplyReply.applied(account: "acme", version: 3))
        try check(ApplyReply.refused([DirectoryProblem(path: "a", message: "b", line: 3), DirectoryProblem(path: "", message: "c")]))
        try check(ChangesRequest(have: ["acme": 1, "globex": 4], wait: .milliseconds(1500)))
        try check(ChangesReply(secret: SecretKey(first: 1, second: .max), changes: [head], more: true))
        try check(GetRequest(account: "acme"))
        try check(GetRequest(account: "acme", version: 2))
        try check(VersionsRequest(account: "acme"))
        try check(VersionsReply(account: "acme", versions: [.init(version: 2, appliedAt: Timestamp(milliseconds: 1_780_495_500_000))]))
    }
}

extension DirectoryService {
    /// A version's text, from its parts.
    func text(_ account: String, version: UInt64? = nil) async throws -> String {
        let version = try get(GetRequest(account: account, version: version))
        var bytes: [UInt8] = []
        while true {
            let part = try part(PartRequest(account: account, version: version.version, form: .text, offset: bytes.count))
            guard !part.isEmpty else { return String(decoding: bytes, as: UTF8.self) }
            bytes += part
        }
    }
}
