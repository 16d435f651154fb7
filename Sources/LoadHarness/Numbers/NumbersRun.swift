import CallModel
import CallWire
import MessageWire
import Threads

/// `load numbers`: an account of many numbers is applied to a pool of the run's own (performance.md P7).
package struct NumbersRun: Sendable {
    package var executable: String
    package var count: Int
    /// Calls by which the cost of one is known, by each directory.
    package var calls: Int
    /// Where the processes keep their data; nil: TMPDIR, else /tmp.
    package var parent: String?

    package init(executable: String, count: Int, calls: Int, parent: String?) {
        self.executable = executable
        self.count = count
        self.calls = calls
        self.parent = parent
    }

    /// A new directory that is not there after so many seconds never comes.
    private static let patience: UInt64 = 120

    /// - Parameter progress: told what is being done.
    /// - Returns: nil where the run was stopped first.
    /// - Throws: `LoadError` where a process does not start, or the directory is refused or does not decide the calls.
    package func run(stop: StopFlag, progress: @escaping @Sendable (String) -> Void) async throws -> NumbersReport? {
        try await Thread.value(named: "load-numbers") { () throws(LoadError) in
            let crew = try Crew(executable: executable, parent: parent)
            defer { crew.end() }
            return try measured(crew, stop, progress)
        }
    }

    private func measured(_ crew: Crew, _ stop: StopFlag, _ progress: (String) -> Void) throws(LoadError) -> NumbersReport? {
        let endpoints = try FreeEndpoints.take(2)
        let broker = try LoneBroker(crew, front: endpoints[0], back: endpoints[1])
        try broker.start()
        var worker: ChildProcess?
        for kind in ["directory", "attribution", "routing"] {
            worker = try crew.start(kind, ["worker", kind, "--broker", broker.back, "--data", crew.folder + "/data"])
        }
        guard let routing = worker else { return nil }
        var calls = NumbersCalls(probe: try PoolProbe(broker.front), crew: crew, stop: stop)
        let application: JSON = ["document": .string(LoadDirectory().document)]
        let applied = try calls.ask("trunkline.v1.Directory/Apply", application.utf8, contentType: "application/json")
        guard let applied else { return nil }
        guard applied.json?["version"]?.integer == 1 else { throw LoadError(.conduct, "the directory of one number was not applied") }

        progress("calls by a directory of one number")
        guard try calls.untilRouted(LoadDirectory.trackingNumber, seconds: Self.patience) != nil,
            let small = try calls.cost(of: LoadDirectory.trackingNumber, calls: self.calls, routing)
        else { return nil }
        let smallMemory = ProcessFootprint(of: routing.id)?.memory ?? 0

        progress("writing \(count) numbers")
        let text = NumbersDocument.text(count: count)
        let file = crew.folder + "/numbers.yaml"
        try TextFile.write(text, to: file)

        progress("applying \(count) numbers")
        let began = Stopwatch.now()
        let apply = try ChildProcess(
            name: "apply", executable: executable, ["apply", "-f", file, "--broker", broker.front], log: crew.folder + "/apply.log")
        apply.end(grace: Int32(Self.patience) * 1000)
        let end = Stopwatch.now()
        guard let live = try calls.untilRouted(NumbersDocument.number(count - 1), seconds: Self.patience) else {
            throw LoadError(.conduct, "the last of \(count) numbers was not routed; --verbose shows what apply said", cause: apply.lastWords)
        }
        let memory = ProcessFootprint(of: routing.id)?.memory ?? 0

        progress("calls by \(count) numbers")
        guard let large = try calls.cost(of: NumbersDocument.number(count / 2), calls: self.calls, routing) else { return nil }
        return NumbersReport(
            count: count, document: text.utf8.count, apply: Double(end - began) / 1e9, live: Double(live - end) / 1e9,
            smallMemory: smallMemory, memory: memory, smallRouting: small, routing: large)
    }
}

/// Calls one after the other, each with an id of its own.
private struct NumbersCalls: ~Copyable {
    private var probe: PoolProbe
    private let crew: Crew
    private let stop: StopFlag
    private let ids = CallIDs(run: 0)
    private var number = 0

    init(probe: consuming PoolProbe, crew: Crew, stop: StopFlag) {
        self.probe = probe
        self.crew = crew
        self.stop = stop
    }

    /// Nil where no answer came, or the run was stopped.
    mutating func ask(_ path: String, _ body: [UInt8], contentType: String? = nil) throws(LoadError) -> PoolProbe.Answer? {
        let crew = crew
        return try probe.ask(path, body, contentType: contentType, stop: stop) { () throws(LoadError) in try crew.checkAll() }
    }

    /// The moment from which calls to the number went where they should, many in a row; nil where they did not in time.
    mutating func untilRouted(_ tracking: String, seconds: UInt64) throws(LoadError) -> UInt64? {
        let limit = Stopwatch.now() + seconds * 1_000_000_000
        var first: UInt64?
        var inRow = 0
        while inRow < 20, Stopwatch.now() < limit, !stop.isRaised {
            let isRight = try route(tracking)
            if !isRight { first = nil } else if first == nil { first = Stopwatch.now() }
            inRow = isRight ? inRow + 1 : 0
        }
        return inRow == 20 ? first : nil
    }

    /// What a call costs; nil where the run was stopped.
    mutating func cost(of tracking: String, calls: Int, _ worker: ChildProcess) throws(LoadError) -> NumbersReport.Routing? {
        var times: [Double] = []
        let before = ProcessorTime.of(worker.id) ?? 0
        for _ in 0..<calls where !stop.isRaised {
            let began = Stopwatch.now()
            guard try route(tracking) else { throw LoadError(.conduct, "a call to \(tracking.suffix(2)) was not routed as before") }
            times.append(Double(Stopwatch.now() - began) / 1000)
        }
        guard times.count == calls else { return nil }
        return .init(median: Figures.median(times), processor: ((ProcessorTime.of(worker.id) ?? 0) - before) / Double(calls))
    }

    private mutating func route(_ tracking: String) throws(LoadError) -> Bool {
        number += 1
        let call = InboundCall(callID: ids.text(number), to: tracking, from: "+13125550100", isTest: true)
        let body: [UInt8]
        do throws(CallWireError) { body = try call.body(.protobuf) } catch { throw LoadError(.system, error.message) }
        let answer = try ask("trunkline.v1.Routing/RouteCall", body)
        guard let answer, answer.status == 0, case .right = CallTally.Answer(answer.body, LoadDirectory()) else { return false }
        return true
    }
}
