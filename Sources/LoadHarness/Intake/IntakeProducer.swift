import MessageWire
import ZeroMQ

/// Gives a broker durable requests as fast as it takes them, from one thread over some connections.
package struct IntakeProducer: ~Copyable {
    /// An answer that has not come by then does not come.
    private static let patience: UInt64 = 10_000_000_000
    /// Also how long a stop may go unnoticed.
    private static let step = 100
    private static let framesInTurn = 16

    private let connections: [IntakeConnection]
    private var poller: Poller

    /// Connects, and waits for the broker's WELCOMEs.
    ///
    /// - Parameters:
    ///   - path: of a method of a durable service.
    ///   - batch: requests to a BATCH, from 1 to 4096.
    /// - Throws: `LoadError` for a path that is none, where libzmq has no socket left, or unreachable after 10 seconds.
    package init(endpoint: String, path: String, bodyBytes: Int, connections count: Int, batch: Int) throws(LoadError) {
        let body = (0..<bodyBytes).map { UInt8(truncatingIfNeeded: $0) }
        let connections = try Self.connect(endpoint, count, metadata: try HopFrames.metadata(path), body: body, batch: batch)
        var poller = Poller(capacity: count)
        for connection in connections { poller.add(connection.socket) }
        let end = Stopwatch.now() + Self.patience
        while connections.contains(where: { $0.window == 0 }) {
            guard Stopwatch.now() < end else { throw LoadError(.unreachable, "the broker has welcomed no producer within 10 s") }
            var nothing = Intake()
            if try Self.receive(from: connections, into: &nothing) == 0 { try Self.wait(&poller) }
        }
        self.init(connections, poller)
    }

    private init(_ connections: [IntakeConnection], _ poller: consuming Poller) {
        self.connections = connections
        self.poller = poller
    }

    private static func connect(
        _ endpoint: String, _ count: Int, metadata: [UInt8], body: [UInt8], batch: Int
    ) throws(LoadError) -> [IntakeConnection] {
        do throws(ZeroMQError) {
            // The sockets keep their context.
            let context = try Context()
            var connections: [IntakeConnection] = []
            for _ in 0..<count {
                connections.append(try IntakeConnection(endpoint, in: context, metadata: metadata, body: body, batch: batch))
            }
            return connections
        } catch {
            throw LoadError(error)
        }
    }

    /// Requests out at most over all connections.
    package var window: Int { connections.reduce(0) { $0 + $1.window } }

    /// Sends until the length is reached, the run is stopped or the broker refuses one, and returns when each has its answer.
    ///
    /// - Parameter progress: told once a second.
    /// - Throws: `LoadError` where libzmq fails.
    package mutating func run(
        _ length: HopProducer.Length, stop: StopFlag, progress: (Intake) -> Void = { _ in }
    ) throws(LoadError) -> Intake {
        var intake = Intake()
        let startedAt = Stopwatch.now()
        let endsAt = if case .seconds(let seconds) = length { startedAt + UInt64(seconds * 1e9) } else { UInt64.max }
        var heardAt = startedAt
        var told = startedAt
        while true {
            let now = Stopwatch.now()
            if now < endsAt, !stop.isRaised, intake.refusals.isEmpty { try send(length, &intake) }
            if connections.allSatisfy({ $0.open == 0 }) { break }
            if try Self.receive(from: connections, into: &intake) > 0 {
                heardAt = Stopwatch.now()
            } else {
                guard now < heardAt + Self.patience else { break }
                try Self.wait(&poller)
            }
            if now >= told + 1_000_000_000 {
                told = now
                intake.seconds = Double(now - startedAt) / 1e9
                progress(intake)
            }
        }
        intake.missing = connections.reduce(0) { $0 + $1.open }
        intake.seconds = Double(max(1, heardAt - startedAt)) / 1e9
        return intake
    }

    private func send(_ length: HopProducer.Length, _ intake: inout Intake) throws(LoadError) {
        for connection in connections {
            let left = if case .messages(let count) = length { count - intake.sent } else { Int.max }
            do throws(ZeroMQError) { intake.sent += try connection.send(atMost: left) } catch { throw LoadError(error) }
        }
    }

    /// A few frames of each connection, so that none waits long for its next requests.
    private static func receive(from connections: [IntakeConnection], into intake: inout Intake) throws(LoadError) -> Int {
        var taken = 0
        for connection in connections {
            do throws(ZeroMQError) {
                var frames = 0
                while frames < framesInTurn, try connection.receive(into: &intake) { frames += 1 }
                taken += frames
            } catch {
                throw LoadError(error)
            }
        }
        return taken
    }

    private static func wait(_ poller: inout Poller) throws(LoadError) {
        do throws(ZeroMQError) { try poller.wait(milliseconds: step) } catch { throw LoadError(error) }
    }
}

/// What became of the requests that a producer sent.
package struct Intake: Sendable {
    package var sent = 0
    /// From the sending of a request to its ACCEPTED.
    package var latencies = Latencies()
    /// By status.
    package var refusals: [UInt8: Int] = [:]
    /// Never answered.
    package var missing = 0
    package var seconds = 0.0

    package init() {}

    package var accepted: Int { latencies.count }
    package var refused: Int { refusals.values.reduce(0, +) }
    package var rate: Double { seconds > 0 ? Double(accepted) / seconds : 0 }
}
