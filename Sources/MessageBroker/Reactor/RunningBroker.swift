import Glibc
public import Logging
import Threads
import ZeroMQ

/// A broker at work: two sockets on a thread of its own, the journal on another.
///
/// It serves from the moment it was made until `stop` was called and what was begun is finished, or the disk failed.
public final class RunningBroker: Sendable {
    private enum Life {
        case starting
        case serving(front: [String], back: [String])
        case ended(Result<Void, BrokerError>)
    }

    private struct State {
        var life = Life.starting
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Guarded(State())
    private let stopSignal = StopSignal()
    private let doorbell: Doorbell

    /// Opens the data folder, reads back what was unsettled, binds the endpoints and begins to serve.
    ///
    /// - Throws: `BrokerError` where the folder or an endpoint cannot be used.
    public init(_ configuration: BrokerConfiguration, logger: Logger) throws(BrokerError) {
        do throws(ZeroMQError) { doorbell = try Doorbell() } catch { throw BrokerError(.resources, "\(error)") }
        do throws(ThreadError) {
            let thread = try Thread(named: "tlp-broker") { [state, stopSignal, doorbell] in
                var outcome = Result<Void, BrokerError>.success(())
                do throws(BrokerError) {
                    try Self.live(configuration, stopSignal, doorbell, logger) { front, back in
                        state.change { $0.life = .serving(front: front, back: back) }
                    }
                } catch {
                    outcome = .failure(error)
                }
                let waiting = state.change { state in
                    state.life = .ended(outcome)
                    return state.waiting
                }
                for continuation in waiting { continuation.resume() }
            }
            thread.detach()
        } catch {
            throw BrokerError(.resources, "\(error)")
        }
        let started: BrokerError? = state.wait { state in
            switch state.life {
            case .starting: nil
            case .serving: .some(nil)
            case .ended(.success): .some(nil)
            case .ended(.failure(let error)): error
            }
        }
        if let started { throw started }
    }

    /// Where it can be reached, with the ports that the system chose; empty once it has ended.
    public var endpoints: (front: [String], back: [String]) {
        state.with { if case .serving(let front, let back) = $0.life { (front, back) } else { ([], []) } }
    }

    /// Takes nothing new, finishes what is out and what waits for an answer, and ends; after `grace` milliseconds in any case.
    public func stop(grace: Int64 = 25_000) {
        stopSignal.stop(by: Moment.current.monotonic + grace)
        doorbell.ring()
    }

    /// Returns when the broker has ended.
    ///
    /// - Throws: `BrokerError` where the disk failed it.
    public func ended() async throws(BrokerError) {
        await withCheckedContinuation { continuation in
            let isOver = state.with { state in
                if case .ended = state.life { return true }
                state.waiting.append(continuation)
                return false
            }
            if isOver { continuation.resume() }
        }
        let failure: BrokerError? = state.with { if case .ended(.failure(let error)) = $0.life { error } else { nil } }
        if let failure { throw failure }
    }

    // MARK: on the broker's thread

    private static func live(
        _ configuration: BrokerConfiguration, _ stopSignal: StopSignal, _ doorbell: Doorbell, _ logger: Logger,
        serving: (_ front: [String], _ back: [String]) -> Void
    ) throws(BrokerError) {
        let names = ServiceNames()
        let journal = try journal(configuration, names)
        defer { journal.close() }
        journal.announce { doorbell.ring() }
        var broker = Broker(configuration: configuration, name: hostName, names: names, now: .current, seed: .random(in: .min ... .max))
        do throws(JournalError) {
            let opening = try journal.recover { broker.recover($0, $1) }
            broker.open(opening)
            logger.info(
                "broker has opened its journal",
                metadata: ["epoch": "\(opening.epoch)", "durability": "\(configuration.durability.rawValue)"])
        } catch {
            throw BrokerError(.data, error.message)
        }
        let context: Context
        do throws(ZeroMQError) { context = try Context(maxSockets: 64) } catch { throw BrokerError(.resources, "\(error)") }
        var reactor = try Reactor(
            configuration: configuration, broker: broker, journal: journal, context: context, doorbell: doorbell, stop: stopSignal,
            logger: logger)
        serving(reactor.endpoints.front, reactor.endpoints.back)
        logger.info(
            "broker serves",
            metadata: [
                "front": "\(reactor.endpoints.front.joined(separator: ","))", "back": "\(reactor.endpoints.back.joined(separator: ","))",
            ])
        try reactor.run()
        logger.info("broker has ended")
    }

    private static func journal(_ configuration: BrokerConfiguration, _ names: ServiceNames) throws(BrokerError) -> any Journal {
        let retention = JournalRetention(window: configuration.dedupeWindow, ids: configuration.dedupeIDs)
        guard configuration.durability == .fsync else { return MemoryJournal(services: names, retention: retention) }
        do throws(JournalError) {
            return try SQLiteJournal(folder: configuration.data + "/broker", services: names, retention: retention)
        } catch {
            throw BrokerError(.data, error.message)
        }
    }

    private static var hostName: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            guard let start = buffer.baseAddress, gethostname(start, buffer.count) == 0 else { return "broker" }
            buffer[buffer.count - 1] = 0
            return String(cString: start)
        }
    }
}
