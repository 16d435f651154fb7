import MessageWire
import Threads
import ZeroMQ

/// A worker that answers each task with its own body, and does nothing besides: the far end of a hop.
package struct EchoWorker: Sendable {
    private let endpoint: String
    private let service: String

    package init(endpoint: String, service: String) {
        self.endpoint = endpoint
        self.service = service
    }

    /// Works on this thread until `stop` is raised.
    ///
    /// - Throws: `LoadError` where the broker refuses a message of it, or libzmq has no socket left.
    package func run(until stop: StopFlag) throws(LoadError) {
        var session = EchoSession(metadata: try HopFrames.metadata(service))
        do throws(ZeroMQError) {
            try work(&session, stop)
        } catch {
            throw LoadError(error)
        }
        if let refusal = session.refusal { throw refusal }
    }

    /// As `run`, on a thread of its own; the calling task waits. What went wrong comes back as a value.
    package func runOnThread(until stop: StopFlag) async throws -> LoadError? {
        let outcome = SlotBox<LoadError>()
        try await Thread.run(named: "load-echo") {
            do throws(LoadError) { try run(until: stop) } catch { outcome.put(error) }
        }
        return outcome.take()
    }

    private func work(_ session: inout EchoSession, _ stop: StopFlag) throws(ZeroMQError) {
        let context = try Context()
        let socket = try HopFrames.socket(endpoint, in: context)
        var hello = HopFrames.hello(.worker, "load-echo", services: [service], batch: false)
        _ = try socket.send(&hello)
        var poller = Poller(capacity: 2)
        poller.add(socket)
        poller.add(stop.doorbell)
        var incoming = Message()
        while !stop.isRaised, session.refusal == nil {
            if var credit = session.credit() { _ = try socket.send(&credit) }
            if try socket.receive(into: &incoming) {
                if var answer = session.answer(incoming) { _ = try socket.send(&answer) }
            } else {
                try poller.wait(milliseconds: -1)
            }
        }
    }
}

/// What an echo worker says and hears.
struct EchoSession {
    private var allowance: HopCredit
    private(set) var refusal: LoadError?

    init(metadata: [UInt8]) { allowance = HopCredit(metadata: metadata) }

    mutating func credit() -> Message? { allowance.more() }

    mutating func answer(_ message: borrowing Message) -> Message? {
        message.withUnsafeBytes { frame in
            guard let header = try? Header(of: frame) else { return nil }
            let body = UnsafeRawBufferPointer(rebasing: frame[(Header.size + header.metadataLength)...])
            switch header.type {
            case .task:
                allowance.answered &+= 1
                return HopFrames.message(Header(.done, id: header.id, token: header.token), body: body)
            case .ping:
                return HopFrames.message(Header(.pong, id: header.id), body: body)
            case .error:
                refusal = LoadError(.conduct, "the broker refused a message of the echo worker with status \(header.status)")
                return nil
            default:
                return nil
            }
        }
    }
}

/// What a worker of a run may hold, granted in halves: it never runs out, and few messages are needed.
struct HopCredit {
    private static let held: UInt32 = 2048

    /// The service's path.
    let metadata: [UInt8]
    private var granted: UInt32 = 0
    var answered: UInt32 = 0

    init(metadata: [UInt8]) { self.metadata = metadata }

    /// More credit, where half of it is used.
    mutating func more() -> Message? {
        guard granted &- answered <= Self.held / 2 else { return nil }
        granted = answered &+ Self.held
        return HopFrames.message(Header(.credit, argument: granted), metadata: metadata)
    }
}
