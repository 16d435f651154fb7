package import MessageWire

/// What `load engines` found: the median of each engine's rounds, in nanoseconds of one thread.
package struct EnginesReport: Sendable {
    package struct Engine: Hashable, Sendable {
        /// As the JSON names it.
        package var key: String
        /// For people.
        package var name: String
        /// Of performance.md P8; nil: it has none.
        package var goal: Double?
        /// Nanoseconds for each call, by rounds.
        package var rounds: [Double]

        package init(key: String, name: String, goal: Double?, rounds: [Double] = []) {
            self.key = key
            self.name = name
            self.goal = goal
            self.rounds = rounds
        }

        fileprivate var median: Double { Figures.median(rounds) }
    }

    package var engines: [Engine]
    /// Decisions that were not to connect.
    package var wrong: Int

    package init(engines: [Engine], wrong: Int) {
        self.engines = engines
        self.wrong = wrong
    }

    /// How fast is no matter of right and wrong.
    package var holds: Bool { wrong == 0 && engines.contains { !$0.rounds.isEmpty } }

    package var text: String {
        var table = Table(["pure evaluation, one thread", "median", "fastest", "goal (P8)"])
        for engine in engines where !engine.rounds.isEmpty {
            table.add([
                engine.name, Figures.text(engine.median) + " ns", Figures.text(engine.rounds.min() ?? 0) + " ns",
                engine.goal.map { Figures.text($0) + " ns" } ?? "–",
            ])
        }
        return table.text + (wrong == 0 ? "" : "\n\(wrong) decisions were not to connect")
    }

    package var json: JSON {
        let figures = engines.map { engine -> JSON in
            [
                "engine": .string(engine.key), "median_ns": Figures.json(engine.median), "fastest_ns": Figures.json(engine.rounds.min() ?? 0),
                "goal_ns": engine.goal.map(Figures.json) ?? .null,
            ]
        }
        return ["scenario": "engines", "holds": .bool(holds), "wrong": .integer(Int64(wrong)), "engines": .array(figures)]
    }
}
