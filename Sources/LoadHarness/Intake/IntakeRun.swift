import MessageWire
import Threads

/// `load intake`: durable requests into a broker of its own, and what keeping them costs (performance.md, "durable intake", P9, P10).
package struct IntakeRun: Sendable {
    package static let service = "bench.v1.Intake"

    package var executable: String
    package var length: HopProducer.Length
    package var bodyBytes: Int
    package var connections: Int
    /// Requests to a BATCH.
    package var batch: Int
    /// Where the broker keeps its data, in a folder of its own; nil: TMPDIR, else /tmp.
    package var parent: String?
    /// Whether the broker is killed and started again on what it accepted.
    package var restarts: Bool
    /// Whether a worker then settles all of it.
    package var drains: Bool

    package init(
        executable: String, length: HopProducer.Length, bodyBytes: Int, connections: Int, batch: Int, parent: String?, restarts: Bool,
        drains: Bool
    ) {
        self.executable = executable
        self.length = length
        self.bodyBytes = bodyBytes
        self.connections = connections
        self.batch = batch
        self.parent = parent
        self.restarts = restarts
        self.drains = drains
    }

    /// - Parameter progress: told what is going on, and once a second how far it is.
    /// - Throws: `LoadError` where the broker does not start or stops answering.
    package func run(stop: StopFlag, progress: @escaping @Sendable (String) -> Void) async throws -> IntakeReport {
        try await Thread.value(named: "load-intake") { () throws(LoadError) in try self.measure(stop, progress) }
    }

    /// Nobody serves the service, and nothing but the disk limits what waits for it.
    private static let services: [JSON.Member] = [
        .init(service, ["class": "durable", "max_queue": 1_000_000_000, "max_queue_bytes": .integer(1 << 50)])
    ]

    private func measure(_ stop: StopFlag, _ progress: (String) -> Void) throws(LoadError) -> IntakeReport {
        let crew = try Crew(executable: executable, parent: parent)
        defer {
            // What it keeps goes with the folder: nothing is left for it to finish.
            crew.kill(LoneBroker.name)
            crew.end()
        }
        let endpoints = try FreeEndpoints.take(2)
        let broker = try LoneBroker(crew, front: endpoints[0], back: endpoints[1], services: Self.services)
        guard try start(broker, crew, stop) != nil else {
            throw LoadError(.unreachable, "stopped before the broker served: nothing was measured")
        }
        var report = IntakeReport(bodyBytes: bodyBytes, connections: connections, batch: batch, idleMemory: memory(crew))
        try takeIn(broker, crew, &report, stop, progress)
        if restarts, !stop.isRaised {
            progress("killing the broker, and starting it again")
            crew.kill(LoneBroker.name)
            if let seconds = try start(broker, crew, stop) {
                report.restart = .init(seconds: seconds, queued: try depth(broker), memory: memory(crew))
            }
        }
        if drains, !stop.isRaised { report.drain = try settle(broker, crew, report.intake.accepted, stop, progress) }
        try crew.checkAll()
        return report
    }

    /// Seconds from the start of the process until the broker says that it serves; nil where the run was stopped first.
    private func start(_ broker: LoneBroker, _ crew: Crew, _ stop: StopFlag) throws(LoadError) -> Double? {
        var probe = try PoolProbe(broker.front)
        let began = Stopwatch.now()
        try broker.start()
        let serves = try probe.isServing(seconds: 600, stop: stop) { () throws(LoadError) in try crew.checkAll() }
        guard serves != false else { throw LoadError(.conduct, "the broker that was started says it does not serve") }
        return serves.map { _ in Double(Stopwatch.now() - began) / 1e9 }
    }

    private func takeIn(
        _ broker: LoneBroker, _ crew: Crew, _ report: inout IntakeReport, _ stop: StopFlag, _ progress: (String) -> Void
    ) throws(LoadError) {
        var producer = try IntakeProducer(
            endpoint: broker.front, path: Self.service + "/Put", bodyBytes: bodyBytes, connections: connections, batch: batch)
        report.window = producer.window
        let before = ProcessAccount(crew)
        var last = 0
        report.intake = try producer.run(length, stop: stop) { intake in
            progress("\(Figures.text(intake.seconds)) s  \(Figures.text(intake.accepted - last)) accepted/s  \(Figures.text(intake.accepted)) in all")
            last = intake.accepted
        }
        report.processes = ProcessAccount(crew).since(before)
        report.queued = try depth(broker)
        report.queuedMemory = memory(crew)
        report.journalBytes = FolderSize.bytes(broker.journal)
    }

    private func settle(
        _ broker: LoneBroker, _ crew: Crew, _ count: Int, _ stop: StopFlag, _ progress: (String) -> Void
    ) throws(LoadError) -> IntakeReport.Drain {
        var worker = try DrainWorker(endpoint: broker.back, service: Self.service)
        let before = ProcessAccount(crew)
        let began = Stopwatch.now()
        let settled = try worker.settle(count, stop: stop) { progress("settled \(Figures.text($0)) of \(Figures.text(count))") }
        // What was said last is still on its way.
        let patience = Stopwatch.now() + 10_000_000_000
        var left = try depth(broker)
        while left > 0, settled == count, Stopwatch.now() < patience { left = try depth(broker) }
        let seconds = Double(Stopwatch.now() - began) / 1e9
        return .init(settled: settled, left: left, seconds: seconds, processes: ProcessAccount(crew).since(before), memory: memory(crew))
    }

    /// What waits in the broker for the service, in any state.
    private func depth(_ broker: LoneBroker) throws(LoadError) -> Int {
        var probe = try PoolProbe(broker.front)
        let services = try probe.admin("ListServices")["services"]?.array ?? []
        let service = services.first { $0["name"]?.string == Self.service }
        return ["ready", "leased", "delayed", "dead"].reduce(0) { $0 + Int(service?[$1]?.integer ?? 0) }
    }

    private func memory(_ crew: Crew) -> Int {
        crew.processes.first { $0.name == LoneBroker.name }.flatMap { ProcessFootprint(of: $0.id) }?.memory ?? 0
    }
}
