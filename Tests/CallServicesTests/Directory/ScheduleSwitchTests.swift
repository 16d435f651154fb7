import CallModel
import CallServices
import CallStorage
import MessageWire
import Synchronization
import Testing

@Suite("An operator opens and closes schedules by hand")
struct ScheduleSwitchTests {
    private static let noon = Timestamp(milliseconds: 1_780_495_200_000)
    private static let document = DirectoryServiceTests.document + "\nschedules: [{id: office}, {id: night, manual: {state: open}}]"

    /// A clock that is set by hand.
    private final class HandClock: Sendable {
        private let time = Mutex(ScheduleSwitchTests.noon)
        var now: Timestamp { time.withLock { $0 } }
        func advance(bySeconds seconds: Double) { time.withLock { $0 = $0.advanced(bySeconds: seconds) } }
    }

    private func service(_ clock: HandClock, store: sending any DirectoryStore = MemoryDirectoryStore()) async throws -> DirectoryService {
        let service = try DirectoryService(store: store, clock: StoppedClock()) { clock.now }
        _ = try await service.apply(.document(Self.document))
        return service
    }

    private func switches(_ service: DirectoryService) async -> [String] {
        await service.changes(ChangesRequest(have: [:])).changes[0].switches.map { item in
            "\(item.schedule) " + (item.manual.map { $0.isOpen ? "open" : "closed" } ?? "auto")
        }
    }

    @Test("the last word on a schedule holds, and each changes the revision alone")
    func word() async throws {
        let service = try await service(HandClock())
        for isOpen in [true, false] {
            let reply = try await service.schedule(ScheduleRequest(schedule: "office", manual: Schedule.Manual(isOpen: isOpen, until: nil)))
            #expect(reply == ScheduleReply(account: "acme", schedule: "office", isOpen: isOpen))
        }
        #expect(await switches(service) == ["office closed"])
        let head = await service.changes(ChangesRequest(have: [:])).changes[0]
        #expect(head.version == 1 && head.revision == 3)
        #expect(try await !service.schedule(ScheduleRequest(schedule: "office", manual: nil)).isOpen)
        #expect(await switches(service) == [])
    }

    @Test("auto silences the document's own word until its next version")
    func auto() async throws {
        let service = try await service(HandClock())
        #expect(try await !service.schedule(ScheduleRequest(schedule: "night", manual: nil)).isOpen)
        #expect(await switches(service) == ["night auto"])
        _ = try await service.apply(.document(Self.document + "\nmissed_after_seconds: 20"))
        #expect(await switches(service) == [])
    }

    @Test("a switch outlives versions until its time is over")
    func expiry() async throws {
        let clock = HandClock()
        let service = try await service(clock)
        let until = Self.noon.advanced(bySeconds: 3600)
        _ = try await service.schedule(ScheduleRequest(schedule: "office", manual: Schedule.Manual(isOpen: true, until: until)))
        clock.advance(bySeconds: 3599)
        _ = try await service.apply(.document(Self.document + "\nmissed_after_seconds: 20"))
        #expect(await switches(service) == ["office open"])
        clock.advance(bySeconds: 1)
        _ = try await service.apply(.document(Self.document + "\nmissed_after_seconds: 21"))
        #expect(await switches(service) == [])
    }

    @Test("a moment that is over and a schedule that is none are refused")
    func refused() async throws {
        let service = try await service(HandClock())
        let over = await #expect(throws: ServiceError.self) {
            try await service.schedule(ScheduleRequest(schedule: "office", manual: Schedule.Manual(isOpen: true, until: Self.noon)))
        }
        #expect(over?.status == .invalidArgument)
        let unknown = await #expect(throws: ServiceError.self) { try await service.schedule(ScheduleRequest(schedule: "ofice", manual: nil)) }
        #expect(unknown?.status == .notFound && unknown?.message.contains("office, night") == true)
    }

    @Test("switches, revisions and the secret outlive the process")
    func reopened() async throws {
        let folder = TemporaryFolder()
        let first: ChangesReply
        do {
            let service = try await service(HandClock(), store: try SQLiteDirectoryStore(folder: folder.path))
            _ = try await service.schedule(ScheduleRequest(schedule: "office", manual: Schedule.Manual(isOpen: true, until: nil)))
            _ = try await service.schedule(ScheduleRequest(schedule: "night", manual: nil))
            first = await service.changes(ChangesRequest(have: [:]))
        }
        let service = try await service(HandClock(), store: try SQLiteDirectoryStore(folder: folder.path))
        var again = await service.changes(ChangesRequest(have: [:]))
        again.changes[0].switches.sort { $0.schedule > $1.schedule }
        #expect(again == first)
    }
}
