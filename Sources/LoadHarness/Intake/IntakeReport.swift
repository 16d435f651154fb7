package import MessageWire

/// What `load intake` found. Memory is the broker's, in resident bytes.
package struct IntakeReport: Sendable {
    package struct Restart: Sendable {
        /// From the start of the process until it served.
        package var seconds: Double
        /// Requests it has then.
        package var queued: Int
        package var memory: Int

        package init(seconds: Double, queued: Int, memory: Int) {
            self.seconds = seconds
            self.queued = queued
            self.memory = memory
        }
    }

    package struct Drain: Sendable {
        /// Tasks that came to the worker and were called done.
        package var settled: Int
        /// Requests that were still there afterwards.
        package var left: Int
        package var seconds: Double
        package var processes: ProcessAccount
        package var memory: Int

        package init(settled: Int, left: Int, seconds: Double, processes: ProcessAccount, memory: Int) {
            self.settled = settled
            self.left = left
            self.seconds = seconds
            self.processes = processes
            self.memory = memory
        }

        var rate: Double { seconds > 0 ? Double(settled) / seconds : 0 }
    }

    package var bodyBytes: Int
    package var connections: Int
    package var batch: Int
    /// Requests out at most over all connections.
    package var window = 0
    package var intake = Intake()
    package var processes = ProcessAccount([])
    /// What the broker says it has after the last ACCEPTED.
    package var queued = 0
    package var idleMemory: Int
    package var queuedMemory = 0
    package var journalBytes = 0
    package var restart: Restart?
    package var drain: Drain?

    package init(bodyBytes: Int, connections: Int, batch: Int, idleMemory: Int) {
        self.bodyBytes = bodyBytes
        self.connections = connections
        self.batch = batch
        self.idleMemory = idleMemory
    }

    /// Everything sent was accepted, and all that was accepted is there, before and after a kill.
    package var holds: Bool { intake.accepted > 0 && faults.isEmpty }

    private var faults: [String] {
        let accepted = intake.accepted
        var faults = intake.refusals.sorted { $0.key < $1.key }.map { status, count in
            "\(Figures.text(count)) requests were refused with \(StatusCode(rawValue: status)?.name ?? "status \(status)")"
        }
        if intake.missing > 0 { faults.append("\(Figures.text(intake.missing)) requests were never answered") }
        if queued != accepted { faults.append("the broker has \(Figures.text(queued)) of \(Figures.text(accepted)) that it accepted") }
        if let restart, restart.queued != accepted {
            faults.append("after it was killed the broker has \(Figures.text(restart.queued)) of \(Figures.text(accepted)) that it accepted")
        }
        if let drain, drain.settled != accepted || drain.left != 0 {
            faults.append("\(Figures.text(drain.settled)) of \(Figures.text(accepted)) came to the worker, and \(Figures.text(drain.left)) are left")
        }
        return faults
    }

    /// Bytes of memory that one queued request costs beside its body.
    package var memoryEach: Double {
        intake.accepted == 0 ? 0 : Double(queuedMemory - idleMemory) / Double(intake.accepted) - Double(bodyBytes)
    }

    private var journalEach: Double { intake.accepted == 0 ? 0 : Double(journalBytes) / Double(intake.accepted) }

    // MARK: for people

    package var text: String {
        let latency = intake.latencies.summary
        var lines = [
            "durable intake, synced: bodies of \(bodyBytes) bytes, \(connections) \(connections == 1 ? "connection" : "connections"), \(Figures.text(window)) requests out, \(batch) to a BATCH",
            "accepted \(Figures.text(intake.rate)) requests/s (\(Figures.text(intake.accepted)) in \(Figures.text(intake.seconds, 2)) s)",
            "ACCEPTED after p50 \(Figures.duration(latency.p50)), p90 \(Figures.duration(latency.p90)), p99 \(Figures.duration(latency.p99)), p99.9 \(Figures.duration(latency.p999)), max \(Figures.duration(latency.max))",
            "journal \(Figures.mebibytes(journalBytes)), \(Figures.text(journalEach)) bytes a request",
        ]
        var table = Table(["process", "CPU s", "cores", "CPU per request", "most memory"])
        add(processes, seconds: intake.seconds, count: intake.accepted, "taking in", to: &table)
        if let drain { add(drain.processes, seconds: drain.seconds, count: drain.settled, "settling", to: &table) }
        lines.append(table.text)
        lines.append(
            "memory of the broker: idle \(Figures.mebibytes(idleMemory)); with \(Figures.text(queued)) queued \(Figures.mebibytes(queuedMemory)), \(Figures.text(memoryEach)) bytes each over the body")
        if let restart {
            lines.append(
                "killed and started again: serves after \(Figures.text(restart.seconds, 2)) s with \(Figures.text(restart.queued)) queued, \(Figures.mebibytes(restart.memory))")
        }
        if let drain {
            lines.append(
                "settled \(Figures.text(drain.rate)) requests/s (\(Figures.text(drain.settled)) in \(Figures.text(drain.seconds, 2)) s), \(Figures.text(drain.left)) left, \(Figures.mebibytes(drain.memory))")
        }
        lines.append(conclusion)
        return lines.joined(separator: "\n")
    }

    private var conclusion: String {
        if holds { return "all accepted requests are there" }
        return faults.isEmpty ? "no request was accepted" : faults.joined(separator: "; ")
    }

    private func add(_ account: ProcessAccount, seconds: Double, count: Int, _ what: String, to table: inout Table) {
        for line in account.lines {
            table.add([
                "\(line.name), \(what)", Figures.text(line.processor / 1e6, 2), Figures.text(line.processor / 1e6 / seconds, 2),
                Figures.text(line.processor / Double(max(1, count)), 2) + " µs", Figures.mebibytes(line.memory),
            ])
        }
    }

    // MARK: as one document

    package var json: JSON {
        let refusals = intake.refusals.sorted { $0.key < $1.key }.map { status, count in
            JSON.Member(StatusCode(rawValue: status)?.name ?? String(status), .integer(Int64(count)))
        }
        return [
            "scenario": "intake", "holds": .bool(holds), "body_bytes": .integer(Int64(bodyBytes)), "connections": .integer(Int64(connections)),
            "window": .integer(Int64(window)), "batch": .integer(Int64(batch)), "seconds": Figures.json(intake.seconds),
            "accepted_per_second": Figures.json(intake.rate), "sent": .integer(Int64(intake.sent)), "accepted": .integer(Int64(intake.accepted)),
            "refused": .object(refusals), "missing": .integer(Int64(intake.missing)), "latency": intake.latencies.summary.json,
            "processes": Self.json(processes, count: intake.accepted), "queued": .integer(Int64(queued)),
            "journal_bytes": .integer(Int64(journalBytes)), "idle_memory": .integer(Int64(idleMemory)),
            "queued_memory": .integer(Int64(queuedMemory)), "memory_each_over_body": Figures.json(memoryEach),
            "restart": restart.map { restart in
                [
                    "seconds": Figures.json(restart.seconds), "queued": .integer(Int64(restart.queued)),
                    "memory": .integer(Int64(restart.memory)),
                ]
            } ?? .null,
            "drain": drain.map { drain in
                [
                    "settled": .integer(Int64(drain.settled)), "left": .integer(Int64(drain.left)), "seconds": Figures.json(drain.seconds),
                    "settled_per_second": Figures.json(drain.rate), "processes": Self.json(drain.processes, count: drain.settled),
                    "memory": .integer(Int64(drain.memory)),
                ]
            } ?? .null,
        ]
    }

    private static func json(_ account: ProcessAccount, count: Int) -> JSON {
        .array(
            account.lines.map { line in
                [
                    "name": .string(line.name), "cpu_seconds": Figures.json(line.processor / 1e6),
                    "cpu_us_each": Figures.json(line.processor / Double(max(1, count))), "max_memory": .integer(Int64(line.memory)),
                ]
            })
    }
}
