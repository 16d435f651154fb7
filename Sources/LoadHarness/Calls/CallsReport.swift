package import MessageWire

/// What `load calls` found.
package struct CallsReport: Sendable {
    package var pace: CallTraffic.Pace
    /// Of the pool that was started.
    package var tee: CallsRun.Tee
    /// Nil: a pool that ran already.
    package var routingWorkers: Int?
    package var loadSeconds: Double
    /// From the last answer until nothing waited for attribution.
    package var drainSeconds: Double
    /// Deliveries that waited for attribution at the last answer.
    package var backlogAtEnd: Int
    package var isDrained: Bool
    package var dead: Int
    package var tally: CallTally
    package var processes: ProcessAccount
    package var verdict: RecordingVerdict
    /// Of an open loop into a pool that was started.
    package var yardstick: Yardstick?

    /// Every answered call is recorded exactly once, and went where it should.
    package var holds: Bool { verdict.holds && verdict.answered > 0 && tally.wrong == 0 && isDrained && tally.offers.faults.isEmpty }

    var answeredRate: Double { Double(verdict.answered) / loadSeconds }
    /// Over the whole time that recording took, the backlog's included.
    var recordedRate: Double { Double(verdict.recorded) / (loadSeconds + drainSeconds) }
    private func each(_ processor: Double) -> Double { verdict.recorded == 0 ? 0 : processor / Double(verdict.recorded) }

    /// For people.
    package var text: String {
        var lines = ["\(paceText) for \(Figures.text(loadSeconds, 1)) s: RouteCall\(flowText), \(teeText), record, and an ended event each"]
        let latency = tally.latencies.summary
        lines.append(
            "recorded \(Figures.text(recordedRate)) calls/s (answered \(Figures.text(answeredRate)) calls/s, \(Figures.text(verdict.answered)) in all, \(Figures.text(tally.eventsAccepted)) events accepted)")
        lines.append(
            "answer after p50 \(Figures.duration(latency.p50)), p90 \(Figures.duration(latency.p90)), p99 \(Figures.duration(latency.p99)), p99.9 \(Figures.duration(latency.p999)), max \(Figures.duration(latency.max))")
        if let yardstick {
            lines.append(
                "at this rate a bare hop takes p50 \(Figures.duration(yardstick.hop.p50)), one fdatasync p50 \(Figures.duration(yardstick.sync.p50)): the answer's p50 is \(Figures.text(latency.p50 / yardstick.p50(tee), 2)) × \(tee == .early ? "the hop" : "both")")
        }
        lines.append("backlog at the end \(Figures.text(backlogAtEnd)) deliveries, recorded \(Figures.text(drainSeconds, 2)) s later\(isDrained ? "" : ": not all of it")")
        var table = Table(["process", "CPU s", "cores", "CPU per call", "most memory"])
        let seconds = loadSeconds + drainSeconds
        for line in processes.lines + [.init(name: "all", processor: processes.processor, memory: processes.lines.reduce(0) { $0 + $1.memory })] {
            table.add([
                line.name, Figures.text(line.processor / 1e6, 2), Figures.text(line.processor / 1e6 / seconds, 2),
                Figures.text(each(line.processor), 1) + " µs", Figures.mebibytes(line.memory),
            ])
        }
        lines.append(table.text)
        if routingWorkers == nil { lines.append("the processes of the pool were not started here and are not counted") }
        for (what, count) in tally.failures.sorted(by: { $0.key < $1.key }) { lines.append("failed with \(what): \(Figures.text(count))") }
        if dead > 0 { lines.append("dead letters: \(Figures.text(dead)); see `trunkline status`") }
        lines.append(conclusion)
        return lines.joined(separator: "\n")
    }

    private var paceText: String {
        let workers = routingWorkers.map { ", \($0) routing \($0 == 1 ? "worker" : "workers")" } ?? ""
        return switch pace {
        case .window(let window): "closed loop, \(window) calls out\(workers),"
        case .rate(let rate, let spacing): "open loop, \(Figures.text(rate)) calls/s (\(spacing.rawValue))\(workers),"
        }
    }

    private var flowText: String {
        switch tally.offers.directory.flow {
        case .dial: ""
        case .weighted, .limits, .sticky: " through a flow of \(tally.offers.directory.flow.rawValue)"
        }
    }

    private var exactText: String {
        switch tally.offers.directory.flow {
        case .dial, .sticky: ""
        case .weighted: ", and each destination has its share to the call: \(offersText)"
        case .limits: ", and the limits are exact: \(offersText), \(tally.offers.mostBusy) at once at \(LoadDirectory.busy)"
        }
    }

    private var offersText: String {
        tally.offers.offers.sorted { $0.key < $1.key }.map { "\(Figures.text($0.value)) to \($0.key)" }.joined(separator: ", ")
    }

    private var teeText: String { routingWorkers == nil ? "tee" : "\(tee.rawValue) tee" }

    private var conclusion: String {
        if holds { return "every answered call is recorded exactly once\(exactText)" }
        if verdict.answered == 0 { return "no call was answered" }
        var faults: [String] = []
        if verdict.lost > 0 { faults.append("\(Figures.text(verdict.lost)) answered calls have no record") }
        if verdict.repeated > 0 { faults.append("\(Figures.text(verdict.repeated)) calls have more than one record") }
        if verdict.strangers > 0 { faults.append("\(Figures.text(verdict.strangers)) records are of calls that nobody made") }
        faults += tally.offers.faults
        if tally.wrong > 0 { faults.append("\(Figures.text(tally.wrong)) calls were not sent to their destination") }
        if !isDrained { faults.append("the backlog was not recorded within two minutes") }
        return faults.joined(separator: "; ")
    }

    package var json: JSON {
        let failures = tally.failures.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .integer(Int64($0.value))) }
        let lines: [JSON] = processes.lines.map { line in
            [
                "name": .string(line.name), "cpu_seconds": Figures.json(line.processor / 1e6), "cpu_us_per_call": Figures.json(each(line.processor)),
                "max_memory": .integer(Int64(line.memory)),
            ]
        }
        return [
            "scenario": "calls", "flow": .string(tally.offers.directory.flow.rawValue), "holds": .bool(holds), "pace": paceJSON,
            "tee": routingWorkers == nil ? .null : .string(tee.rawValue), "routing_workers": routingWorkers.map { .integer(Int64($0)) } ?? .null,
            "load_seconds": Figures.json(loadSeconds), "drain_seconds": Figures.json(drainSeconds), "recorded_per_second": Figures.json(recordedRate),
            "answered_per_second": Figures.json(answeredRate), "latency": tally.latencies.summary.json, "sent": .integer(Int64(tally.sent)),
            "events_accepted": .integer(Int64(tally.eventsAccepted)), "backlog_at_end": .integer(Int64(backlogAtEnd)),
            "drained": .bool(isDrained), "dead": .integer(Int64(dead)), "cpu_us_per_call": Figures.json(each(processes.processor)),
            "processes": .array(lines), "failures": .object(failures), "verdict": verdict.json(wrong: tally.wrong),
            "offers": .object(tally.offers.offers.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .integer(Int64($0.value))) }),
            "most_at_once": .integer(Int64(tally.offers.mostBusy)), "inexact": .array(tally.offers.faults.map { .string($0) }),
            "yardstick": yardstick?.json ?? .null,
        ]
    }

    private var paceJSON: JSON {
        switch pace {
        case .window(let window): ["window": .integer(Int64(window))]
        case .rate(let rate, let spacing): ["rate": Figures.json(rate), "arrivals": .string(spacing.rawValue)]
        }
    }
}

extension RecordingVerdict {
    fileprivate func json(wrong: Int) -> JSON {
        [
            "answered": .integer(Int64(answered)), "recorded": .integer(Int64(recorded)), "lost": .integer(Int64(lost)),
            "repeated": .integer(Int64(repeated)), "recorded_unanswered": .integer(Int64(unanswered)), "strangers": .integer(Int64(strangers)),
            "wrong_destination": .integer(Int64(wrong)),
        ]
    }
}
