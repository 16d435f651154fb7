package import MessageWire

/// What `load --faults` found.
package struct FaultReport: Sendable {
    package struct Group: Hashable, Sendable, Comparable {
        package var fault: Fault
        /// A process, "two" or "all".
        package var parts: String

        package static func < (one: Group, other: Group) -> Bool { (one.fault.rawValue, one.parts) < (other.fault.rawValue, other.parts) }
    }

    package var scenario: FaultRun.Scenario
    package var seed: UInt64
    package var folder: String
    package var seconds = 0.0
    package private(set) var rounds = 0
    /// How often the pool was put to rest and looked at.
    package var rests = 0
    /// Dead letters that were replayed.
    package var dead = 0
    /// From the moment the processes were back until the next answered call.
    package private(set) var recoveries: [Group: Latencies] = [:]
    /// Before the first fault, and at the last rest.
    package var footprints: [FaultPart: (before: ProcessFootprint, after: ProcessFootprint)] = [:]
    package var ledger: FaultLedger

    package init(scenario: FaultRun.Scenario, seed: UInt64, folder: String) {
        self.scenario = scenario
        self.seed = seed
        self.folder = folder
        ledger = FaultLedger(ids: CallIDs(run: 0))
    }

    package var holds: Bool { ledger.violations.isEmpty && ledger.answered > 0 }

    package mutating func add(_ round: FaultRound, recovery: UInt64) {
        rounds += 1
        let all = FaultPart.allCases.count
        let parts = round.parts.count == 1 ? round.parts[0].rawValue : round.parts.count == all ? "all" : "two"
        recoveries[Group(fault: round.fault, parts: parts), default: Latencies()].record(recovery)
    }

    /// How to see the same again.
    package var replay: String { "trunkline load --faults \(scenario.rawValue) --seed \(seed) --rounds \(max(1, rounds))" }

    /// For people.
    package var text: String {
        var lines = [
            "\(Figures.text(rounds)) rounds in \(Figures.text(seconds, 1)) s, seed \(seed), \(Figures.text(rests)) looks at the pool at rest",
            "calls: \(Figures.text(ledger.answered)) answered and recorded, \(Figures.text(ledger.unrecorded)) answered with teed: 0, \(Figures.text(ledger.unknown)) unknown (their producer was killed); \(Figures.text(ledger.eventsAccepted)) events accepted; \(Figures.text(dead)) dead letters replayed",
        ]
        for (what, count) in ledger.failures.sorted(by: { $0.key < $1.key }) { lines.append("failed with \(what): \(Figures.text(count))") }
        var table = Table(["fault", "rounds", "calls again after p50", "max"])
        for (group, latencies) in recoveries.sorted(by: { $0.key < $1.key }) {
            let summary = latencies.summary
            table.add(["\(group.fault.rawValue) \(group.parts)", Figures.text(latencies.count), Figures.duration(summary.p50), Figures.duration(summary.max)])
        }
        lines.append(table.text)
        var sizes = Table(["process at rest", "memory before", "after", "descriptors before", "after"])
        for (part, footprint) in footprints.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            sizes.add([
                part.rawValue, Figures.mebibytes(footprint.before.memory), Figures.mebibytes(footprint.after.memory),
                "\(footprint.before.descriptors)", "\(footprint.after.descriptors)",
            ])
        }
        lines.append(sizes.text)
        for invariant in FaultInvariant.allCases {
            let violations = ledger.violations.filter { $0.invariant == invariant }
            lines.append("\(violations.isEmpty ? "holds" : "BROKEN")  \(invariant.text)")
            lines += violations.prefix(3).map { "        \($0.text)" }
            if violations.count > 3 { lines.append("        and \(violations.count - 3) more") }
        }
        if !holds { lines.append("logs and data are kept in \(folder); again: \(replay)") }
        return lines.joined(separator: "\n")
    }

    package var json: JSON {
        let groups: [JSON] = recoveries.sorted { $0.key < $1.key }.map { group, latencies in
            ["fault": .string(group.fault.rawValue), "parts": .string(group.parts), "recovery": latencies.summary.json]
        }
        let sizes: [JSON] = footprints.sorted { $0.key.rawValue < $1.key.rawValue }.map { part, footprint in
            [
                "name": .string(part.rawValue), "memory_before": .integer(Int64(footprint.before.memory)),
                "memory": .integer(Int64(footprint.after.memory)), "descriptors_before": .integer(Int64(footprint.before.descriptors)),
                "descriptors": .integer(Int64(footprint.after.descriptors)),
            ]
        }
        let verdicts = FaultInvariant.allCases.map { invariant in
            JSON.Member(invariant.rawValue, .bool(!ledger.violations.contains { $0.invariant == invariant }))
        }
        return [
            "scenario": .string("faults \(scenario.rawValue)"), "holds": .bool(holds), "seed": .string(String(seed)),
            "rounds": .integer(Int64(rounds)), "seconds": Figures.json(seconds), "rests": .integer(Int64(rests)),
            "calls": .integer(Int64(ledger.calls.count)), "answered": .integer(Int64(ledger.answered)),
            "unrecorded": .integer(Int64(ledger.unrecorded)), "unknown": .integer(Int64(ledger.unknown)),
            "events_accepted": .integer(Int64(ledger.eventsAccepted)), "dead_replayed": .integer(Int64(dead)),
            "failures": .object(ledger.failures.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .integer(Int64($0.value))) }),
            "recoveries": .array(groups), "processes": .array(sizes), "invariants": .object(verdicts),
            "violations": .array(ledger.violations.map { ["invariant": .string($0.invariant.rawValue), "text": .string($0.text)] }),
            "folder": holds ? .null : .string(folder),
        ]
    }
}
