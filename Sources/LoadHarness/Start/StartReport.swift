package import MessageWire

/// What `load start` found. Times are in seconds from the start of the process, memory is in resident bytes.
package struct StartReport: Sendable {
    /// A broker alone, on an empty folder.
    package struct BrokerStart: Hashable, Sendable {
        package var serving: Double
        package var memory: Int

        package init(serving: Double, memory: Int) {
            self.serving = serving
            self.memory = memory
        }
    }

    /// The whole pool in one process, on an empty folder.
    package struct PoolStart: Hashable, Sendable {
        /// The first directory was taken.
        package var applied: Double
        /// The first call was sent to its destination.
        package var routed: Double
        package var memory: Int

        package init(applied: Double, routed: Double, memory: Int) {
            self.applied = applied
            self.routed = routed
            self.memory = memory
        }
    }

    package struct Round: Hashable, Sendable {
        package var broker: BrokerStart
        package var pool: PoolStart

        package init(broker: BrokerStart, pool: PoolStart) {
            self.broker = broker
            self.pool = pool
        }
    }

    package var rounds: [Round] = []

    package init() {}

    package var holds: Bool { !rounds.isEmpty }

    private func median(_ figure: (Round) -> Double) -> Double { Figures.median(rounds.map(figure)) }

    private var medians: Round {
        Round(
            broker: .init(serving: median(\.broker.serving), memory: Int(median { Double($0.broker.memory) })),
            pool: .init(
                applied: median(\.pool.applied), routed: median(\.pool.routed), memory: Int(median { Double($0.pool.memory) })))
    }

    /// For people.
    package var text: String {
        guard holds else { return "nothing was measured" }
        let medians = medians
        var table = Table(["from the start of the process", "median", "longest"])
        let times: [(String, (Round) -> Double)] = [
            ("broker: serves", { $0.broker.serving }), ("up: a directory is applied", { $0.pool.applied }), ("up: a call is routed", { $0.pool.routed }),
        ]
        for (what, time) in times {
            table.add([what, Figures.duration(median(time) * 1e6), Figures.duration((rounds.map(time).max() ?? 0) * 1e6)])
        }
        return [
            "\(rounds.count) \(rounds.count == 1 ? "start" : "starts") of broker and up, each on an empty folder", table.text,
            "memory (median): idle broker \(Figures.mebibytes(medians.broker.memory)), up after its first call \(Figures.mebibytes(medians.pool.memory))",
        ].joined(separator: "\n")
    }

    package var json: JSON {
        func microseconds(_ seconds: Double) -> JSON { .integer(Int64((seconds * 1e6).rounded())) }
        func line(_ broker: BrokerStart, _ pool: PoolStart) -> JSON {
            [
                "broker_serving_us": microseconds(broker.serving), "broker_memory": .integer(Int64(broker.memory)),
                "up_applied_us": microseconds(pool.applied), "up_routed_us": microseconds(pool.routed),
                "up_memory": .integer(Int64(pool.memory)),
            ]
        }
        let medians = medians
        return [
            "scenario": "start", "holds": .bool(holds), "medians": line(medians.broker, medians.pool),
            "rounds": .array(rounds.map { line($0.broker, $0.pool) }),
        ]
    }
}
