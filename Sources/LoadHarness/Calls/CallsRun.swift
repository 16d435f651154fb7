package import Logging
import MessageClient
import MessageWire
import Threads

/// `load calls`: the whole pipeline, from a call to its record (performance.md P2, P4).
package struct CallsRun: Sendable {
    /// When an answer leaves: once its record is on disk, or at once (wire.md §3, "Tee").
    package enum Tee: String, Hashable, Sendable, CaseIterable {
        case synced, early
    }

    package var executable: String
    /// The front of a pool that runs already, or several with commas between; nil starts one.
    package var broker: String?
    package var routingWorkers: Int
    package var flow: LoadDirectory.Flow
    package var pace: CallTraffic.Pace
    package var seconds: Double
    /// Of the pool it starts.
    package var tee: Tee
    /// Where the pool it starts keeps its data, in a folder of its own; nil: TMPDIR, else /tmp.
    package var parent: String?
    private let logger: Logger

    package init(
        executable: String, broker: String?, routingWorkers: Int, flow: LoadDirectory.Flow = .dial, pace: CallTraffic.Pace, seconds: Double, tee: Tee = .synced,
        parent: String? = nil, logger: Logger
    ) {
        self.executable = executable
        self.broker = broker
        self.routingWorkers = routingWorkers
        self.flow = flow
        self.pace = pace
        self.seconds = seconds
        self.tee = tee
        self.parent = parent
        self.logger = logger
    }

    /// - Parameter progress: told once a second how it goes.
    /// - Throws: `LoadError` where the pool does not come up or stops answering.
    package func run(stop: StopFlag, progress: @escaping @Sendable (String) -> Void) async throws -> CallsReport {
        progress("starting the pool")
        let pool =
            if let broker { LoadPool(running: broker, directory: LoadDirectory(flow: flow), stop: stop) } else {
                try LoadPool(
                    executable: executable, directory: LoadDirectory(flow: flow), routingWorkers: routingWorkers, parent: parent,
                    settings: settings, stop: stop)
            }
        let result: Result<CallsReport, any Error>
        do {
            result = .success(try await measure(pool, stop, progress))
        } catch let error as CallError {
            result = .failure(LoadError(.unreachable, "the pool stopped answering: \(error)", cause: pool.crew?.processes.first?.lastWords))
        } catch {
            result = .failure(error)
        }
        progress("ending the pool")
        // It waits for processes, which the cooperative pool must not.
        if let crew = pool.crew { try await Thread.run(named: "load-end") { crew.end() } }
        return try result.get()
    }

    /// The broker's file (wire.md §8; JSON is YAML): the bare hop of `Yardstick` needs a service of its own.
    private var settings: String {
        let services: JSON = .object([
            .init("trunkline.v1.Routing", ["tee_ack": .string(tee.rawValue)]), .init(HopRun.service, ["class": "unary"]),
        ])
        return (["services": services] as JSON).text
    }

    private func measure(_ pool: LoadPool, _ stop: StopFlag, _ progress: @escaping @Sendable (String) -> Void) async throws -> CallsReport {
        try await withMessageClient(endpoints: pool.fronts, name: "load", logger: logger) { client in
            try await withMessageClient(endpoints: pool.fronts, name: "load-status", logger: logger) { status in
                try await pool.makeReady(client)
                return try await measure(pool, client, status, stop, progress)
            }
        }
    }

    private func measure(
        _ pool: LoadPool, _ client: MessageClient, _ status: MessageClient, _ stop: StopFlag, _ progress: @escaping @Sendable (String) -> Void
    ) async throws -> CallsReport {
        let ids = CallIDs(run: .random(in: 1 ... .max))
        let backlog = PoolBacklog(client: status)
        let before = ProcessAccount(pool.crew)
        let began = Stopwatch.now()
        let traffic = try CallTraffic(client, ids: ids, directory: pool.directory, pace: pace, seconds: seconds, stop: stop)
        var tally = try await withThrowingTaskGroup(of: CallTally?.self) { group in
            group.addTask { try await traffic.run() }
            group.addTask {
                await Self.watch(traffic, backlog, progress)
                return nil
            }
            var tally = CallTally(ledger: RecordingLedger(ids: ids), pool.directory)
            while let ended = try await group.next() {
                guard let ended else { continue }
                tally = ended
                group.cancelAll()
            }
            return tally
        }
        let loadEnded = Stopwatch.now()
        let left = try await backlog.count()
        progress("waiting for \(Figures.text(left)) deliveries to be recorded")
        let isDrained = try await backlog.waitUntilEmpty(limit: .seconds(120))
        let drained = Stopwatch.now()
        let processes = ProcessAccount(pool.crew).since(before)
        try await CallLogReader(client: client).read { count in
            progress("looking for each call in the call log: \(Figures.text(count))")
        } page: { page in
            for id in page.callIDs { tally.ledger.found(id) }
        }
        return CallsReport(
            pace: pace, tee: tee, routingWorkers: pool.crew == nil ? nil : routingWorkers, loadSeconds: Double(loadEnded - began) / 1e9,
            drainSeconds: Double(drained - loadEnded) / 1e9, backlogAtEnd: left, isDrained: isDrained, dead: try await backlog.dead(),
            tally: tally, processes: processes, verdict: tally.ledger.verdict, yardstick: try await yardstick(pool, stop, progress))
    }

    /// Only beside an open loop: the latency of a closed one is that of its window.
    private func yardstick(_ pool: LoadPool, _ stop: StopFlag, _ progress: (String) -> Void) async throws -> Yardstick? {
        guard case .rate(let rate, _) = pace, let crew = pool.crew else { return nil }
        progress("measuring a bare hop and a synced write for comparison")
        return try await Thread.value(named: "load-yardstick") { () throws(LoadError) in
            try Yardstick.measure(front: pool.front, back: pool.back, crew, rate: rate, stop: stop)
        }
    }

    /// A line a second, until cancelled.
    private static func watch(_ traffic: CallTraffic, _ backlog: PoolBacklog, _ progress: @Sendable (String) -> Void) async {
        var seconds = 0
        var last = 0
        var next = ContinuousClock().now
        while !Task.isCancelled {
            next += .seconds(1)
            // Throws when cancelled: the traffic is over, and so is this.
            guard (try? await ContinuousClock().sleep(until: next)) != nil else { return }
            seconds += 1
            let (answered, recent) = traffic.look()
            let waiting = (try? await backlog.count()).map { Figures.text($0) } ?? "unknown"
            let rate = Figures.text(answered - last)
            last = answered
            progress("\(seconds) s  \(rate) calls/s  p50 \(Figures.duration(recent.summary.p50))  p99 \(Figures.duration(recent.summary.p99))  backlog \(waiting)")
        }
    }
}
