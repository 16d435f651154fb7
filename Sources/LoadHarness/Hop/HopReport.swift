package import Glibc
package import MessageWire

/// One side at one window in one round.
package struct HopMeasurement: Sendable {
    /// Microseconds of CPU.
    package struct Processors: Hashable, Sendable {
        package var producer: Double
        package var between: Double
        package var worker: Double

        package init(producer: Double, between: Double, worker: Double) {
            self.producer = producer
            self.between = between
            self.worker = worker
        }

        package static func now(between: pid_t, worker: pid_t) -> Processors {
            Processors(producer: ProcessorTime.own, between: ProcessorTime.of(between) ?? 0, worker: ProcessorTime.of(worker) ?? 0)
        }

        package func since(_ before: Processors?) -> Processors {
            guard let before else { return Processors(producer: 0, between: 0, worker: 0) }
            return Processors(producer: producer - before.producer, between: between - before.between, worker: worker - before.worker)
        }
    }

    package var middle: HopRun.Middle
    package var round: Int
    package var window: Int
    package var exchanged: Exchanged
    package var processors: Processors

    package init(middle: HopRun.Middle, round: Int, window: Int, exchanged: Exchanged, processors: Processors) {
        self.middle = middle
        self.round = round
        self.window = window
        self.exchanged = exchanged
        self.processors = processors
    }

    /// Microseconds of one process for one request.
    func each(_ time: KeyPath<Processors, Double>) -> Double {
        exchanged.count == 0 ? 0 : processors[keyPath: time] / Double(exchanged.count)
    }

    var json: JSON {
        [
            "between": .string(middle.rawValue), "round": .integer(Int64(round)), "window": .integer(Int64(window)),
            "seconds": Figures.json(exchanged.seconds), "rate": Figures.json(exchanged.rate), "latency": exchanged.latencies.summary.json,
            "wrong": .integer(Int64(exchanged.wrong)), "missing": .integer(Int64(exchanged.missing)),
            "producer_cpu_us": Figures.json(each(\.producer)), "between_cpu_us": Figures.json(each(\.between)),
            "worker_cpu_us": Figures.json(each(\.worker)),
        ]
    }
}

/// What `load hop` found.
package struct HopReport: Sendable {
    package var bodyBytes: Int
    package var measurements: [HopMeasurement] = []

    package init(bodyBytes: Int) { self.bodyBytes = bodyBytes }

    /// Every request was answered, with its own body.
    package var holds: Bool { !measurements.isEmpty && measurements.allSatisfy(\.exchanged.everyAnswerCame) }

    /// Medians over the rounds of one side at one window.
    struct Medians {
        var rate: Double
        var p50: Double
        var p99: Double
        var p999: Double
        var max: Double
        var producer: Double
        var between: Double
        var worker: Double

        init(_ measurements: [HopMeasurement]) {
            func median(_ figure: (HopMeasurement) -> Double) -> Double { Figures.median(measurements.map(figure)) }
            let summaries = measurements.map(\.exchanged.latencies.summary)
            rate = median(\.exchanged.rate)
            p50 = Figures.median(summaries.map(\.p50))
            p99 = Figures.median(summaries.map(\.p99))
            p999 = Figures.median(summaries.map(\.p999))
            max = Figures.median(summaries.map(\.max))
            producer = median { $0.each(\.producer) }
            between = median { $0.each(\.between) }
            worker = median { $0.each(\.worker) }
        }

        var json: JSON {
            [
                "rate": Figures.json(rate), "p50_us": Figures.json(p50), "p99_us": Figures.json(p99), "p999_us": Figures.json(p999),
                "max_us": Figures.json(max), "producer_cpu_us": Figures.json(producer), "between_cpu_us": Figures.json(between),
                "worker_cpu_us": Figures.json(worker),
            ]
        }
    }

    /// Broker over forwarder, where both were measured.
    struct Ratios {
        var rate: Double
        var cpu: Double
        var p50: Double

        init?(broker: Medians, forwarder: Medians) {
            guard forwarder.rate > 0, forwarder.between > 0, forwarder.p50 > 0 else { return nil }
            rate = broker.rate / forwarder.rate
            cpu = broker.between / forwarder.between
            p50 = broker.p50 / forwarder.p50
        }
    }

    var windows: [Int] {
        measurements.reduce(into: []) { if !$0.contains($1.window) { $0.append($1.window) } }
    }

    func medians(_ middle: HopRun.Middle, window: Int) -> Medians? {
        let chosen = measurements.filter { $0.middle == middle && $0.window == window }
        return chosen.isEmpty ? nil : Medians(chosen)
    }

    func ratios(window: Int) -> Ratios? {
        guard let broker = medians(.broker, window: window), let forwarder = medians(.forwarder, window: window) else { return nil }
        return Ratios(broker: broker, forwarder: forwarder)
    }

    /// For people.
    package var text: String {
        var table = Table(["window", "between", "replies/s", "p50", "p99", "p99.9", "max", "producer CPU", "between CPU", "worker CPU"])
        for window in windows {
            for middle in HopRun.Middle.allCases.reversed() {
                guard let side = medians(middle, window: window) else { continue }
                let cpu = [side.producer, side.between, side.worker].map { Figures.text($0, 2) + " µs" }
                let times = [side.p50, side.p99, side.p999, side.max].map(Figures.duration)
                table.add(["\(window)", middle.rawValue, Figures.text(side.rate)] + times + cpu)
            }
        }
        let rounds = Set(measurements.map(\.round)).count
        var lines = ["unary echo, bodies of \(bodyBytes) bytes, medians of \(rounds) \(rounds == 1 ? "round" : "rounds"), CPU per request", table.text]
        for window in windows {
            guard let ratios = ratios(window: window) else { continue }
            lines.append(
                "broker : forwarder at window \(window): rate \(Figures.text(ratios.rate, 2)), CPU \(Figures.text(ratios.cpu, 2)), p50 \(Figures.text(ratios.p50, 2))")
        }
        lines.append(conclusion)
        return lines.joined(separator: "\n")
    }

    private var conclusion: String {
        let wrong = measurements.reduce(0) { $0 + $1.exchanged.wrong }
        let missing = measurements.reduce(0) { $0 + $1.exchanged.missing }
        let count = measurements.reduce(0) { $0 + $1.exchanged.count }
        if measurements.isEmpty { return "nothing was measured" }
        return holds ? "all \(Figures.text(count)) requests were answered" : "\(missing) requests were not answered, \(wrong) answered wrongly, of \(Figures.text(count))"
    }

    package var json: JSON {
        let sides: [JSON] = windows.map { window in
            var members: [JSON.Member] = [.init("window", .integer(Int64(window)))]
            for middle in HopRun.Middle.allCases {
                if let side = medians(middle, window: window) { members.append(.init(middle.rawValue, side.json)) }
            }
            if let ratios = ratios(window: window) {
                let json: JSON = ["rate": Figures.json(ratios.rate), "between_cpu": Figures.json(ratios.cpu), "p50": Figures.json(ratios.p50)]
                members.append(.init("ratio", json))
            }
            return .object(members)
        }
        return [
            "scenario": "hop", "body_bytes": .integer(Int64(bodyBytes)), "holds": .bool(holds), "medians": .array(sides),
            "rounds": .array(measurements.map(\.json)),
        ]
    }
}
