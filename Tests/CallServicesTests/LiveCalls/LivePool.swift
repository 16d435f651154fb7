import CallModel
import CallRouting
import CallServices
import CallStorage
import CallWire
import Logging
import MessageWire
import Synchronization

/// A live-calls worker on a disk of its own, and routing workers that ask it, without a broker between them.
final class LivePool: Sendable {
    static let now = Timestamp(milliseconds: 1_780_495_500_000)

    let disk = LiveDisk()
    private let destinations = LimitedDestinations()
    private let worker: Mutex<(calls: LiveCallsService, events: LiveEventsService)>
    private let clock = Mutex(LivePool.now)

    /// - Parameter document: of the one account there is.
    init(document: String) throws {
        destinations.take([try Directory(yaml: document, version: 1)], at: Self.now)
        worker = Mutex(try Self.worker(disk, destinations) { Self.now })
        try restart()
    }

    private static func worker(
        _ disk: LiveDisk, _ destinations: LimitedDestinations, now: @escaping @Sendable () -> Timestamp
    ) throws -> (calls: LiveCallsService, events: LiveEventsService) {
        let ledger = try LiveLedger(store: disk.open())
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return (
            LiveCallsService(ledger: ledger, destinations: destinations, logger: logger, now: now),
            LiveEventsService(ledger: ledger, logger: logger, now: now)
        )
    }

    /// Another worker in the place of one that was killed.
    func restart() throws {
        let next = try Self.worker(disk, destinations) { [self] in clock.withLock { $0 } }
        worker.withLock { $0 = next }
    }

    func advance(bySeconds seconds: Double) { clock.withLock { $0 = $0.advanced(bySeconds: seconds) } }

    /// Another routing worker, which knows the directory.
    func router(_ document: String) throws -> RoutingService {
        let desk = RoutingDesk()
        desk.take(secret: .open)
        desk.take([try Directory(yaml: document, version: 1)], at: Self.now)
        return RoutingService(desk: desk, questions: Told { [self] question, _ in answer(question) }) { [self] in clock.withLock { $0 } }
    }

    private func answer(_ question: RoutingQuestion) -> RoutingAnswer {
        guard case .live(let question) = question, case .success(let body) = request("Ask", question.body),
            let answer = try? LiveAnswer(body: body.span.bytes)
        else { return .unknown }
        return .live(answer)
    }

    func request(_ method: String, _ body: [UInt8]) -> LiveCallsService.Answer {
        let service = worker.withLock { $0.calls }
        return service.answer([service.read(method: method, body.span.bytes)])[0]
    }

    /// A reply that is JSON.
    func json(_ method: String, _ request: JSON) throws -> JSON? { JSON(String(decoding: try self.request(method, request.utf8).get(), as: UTF8.self)) }

    func hear(_ event: CallEvent) throws { try worker.withLock { $0.events }.hear([event]) }
}

extension RoutingService {
    /// A new call's decision, as a front gets it.
    func route(_ callID: String, at time: Timestamp = LivePool.now) async throws -> RouteDecision {
        let call = InboundCall(callID: callID, to: "+12125550100", from: "+13125550142", at: time)
        return try await decision("RouteCall", try call.body(.protobuf))
    }

    func proceed(_ progress: CallProgress) async throws -> RouteDecision { try await decision("ContinueCall", try progress.body(.protobuf)) }

    private func decision(_ method: String, _ body: [UInt8]) async throws -> RouteDecision {
        let course = begin(method: method, body.span.bytes, contentType: nil, attempt: 1)
        let answer: Answer
        switch course {
        case .answered(let known): answer = known
        case .asks(let open): answer = await finish(open) { .seconds(3) }
        }
        guard case .decision(let body) = answer else { throw ServiceError(.unknown, "no decision: \(answer)") }
        return try RouteDecision(body: body.span.bytes, .protobuf)
    }
}

extension RouteDecision {
    var targets: [String] {
        if case .connect(let dial) = action { dial.targets.map(\.destinationID) } else { [] }
    }

    var cause: String? {
        if case .reject(let cause, _) = action { cause } else { nil }
    }
}
