import MessageWire
import Threads

/// `load start`: from the start of a process to its first work, on an empty folder, and what it holds then (performance.md P10, P11).
package struct StartRun: Sendable {
    package var executable: String
    package var rounds: Int
    /// Where the processes keep their data, in folders of their own; nil: TMPDIR, else /tmp.
    package var parent: String?

    package init(executable: String, rounds: Int, parent: String?) {
        self.executable = executable
        self.rounds = rounds
        self.parent = parent
    }

    /// - Parameter progress: told what is being measured.
    /// - Throws: `LoadError` where a process does not start or does not route a call.
    package func run(stop: StopFlag, progress: @escaping @Sendable (String) -> Void) async throws -> StartReport {
        try await Thread.value(named: "load-start") { () throws(LoadError) in
            var report = StartReport()
            for round in 1...rounds where !stop.isRaised {
                progress("round \(round) of \(rounds)")
                guard let broker = try startBroker(stop), let pool = try startPool(stop) else { break }
                report.rounds.append(.init(broker: broker, pool: pool))
            }
            return report
        }
    }

    /// Nil where the run was stopped first.
    private func startBroker(_ stop: StopFlag) throws(LoadError) -> StartReport.BrokerStart? {
        let crew = try Crew(executable: executable, parent: parent)
        defer { crew.end() }
        let endpoints = try FreeEndpoints.take(2)
        let broker = try LoneBroker(crew, front: endpoints[0], back: endpoints[1])
        var probe = try PoolProbe(broker.front)
        let began = Stopwatch.now()
        let process = try broker.start()
        guard let serves = try probe.isServing(stop: stop, check: { () throws(LoadError) in try crew.checkAll() }) else { return nil }
        guard serves else { throw LoadError(.conduct, "the broker that was started says it does not serve") }
        return .init(serving: seconds(since: began), memory: ProcessFootprint(of: process.id)?.memory ?? 0)
    }

    /// Nil where the run was stopped first.
    private func startPool(_ stop: StopFlag) throws(LoadError) -> StartReport.PoolStart? {
        let crew = try Crew(executable: executable, parent: parent)
        defer { crew.end() }
        let endpoints = try FreeEndpoints.take(2)
        var probe = try PoolProbe(endpoints[0])
        let began = Stopwatch.now()
        let process = try crew.start("up", ["up", "--front", endpoints[0], "--back", endpoints[1], "--data", crew.folder + "/data"])
        let application: JSON = ["document": .string(LoadDirectory().document)]
        let applied = try probe.ask("trunkline.v1.Directory/Apply", application.utf8, contentType: "application/json", stop: stop) {
            () throws(LoadError) in try crew.checkAll()
        }
        guard let applied else { return nil }
        guard applied.status == 0, applied.json?["version"]?.integer != nil else {
            throw LoadError(.conduct, "the directory of the load account was not applied: \(String(decoding: applied.body.prefix(400), as: UTF8.self))")
        }
        let appliedAt = seconds(since: began)
        guard try routeCall(&probe, crew, stop) else { return nil }
        return .init(applied: appliedAt, routed: seconds(since: began), memory: ProcessFootprint(of: process.id)?.memory ?? 0)
    }

    /// Until a call goes where the directory sends it: a routing worker hears of a new directory within moments.
    private func routeCall(_ probe: inout PoolProbe, _ crew: Crew, _ stop: StopFlag) throws(LoadError) -> Bool {
        let bodies = try CallBodies(ids: CallIDs(run: 0))
        let limit = Stopwatch.now() + 20_000_000_000
        var number = 0
        while Stopwatch.now() < limit {
            let answer = try probe.ask("trunkline.v1.Routing/RouteCall", bodies.routeCall(number), stop: stop) {
                () throws(LoadError) in try crew.checkAll()
            }
            guard let answer else { return false }
            if answer.status == 0, case .right = CallTally.Answer(answer.body, LoadDirectory()) { return true }
            number += 1
        }
        throw LoadError(.conduct, "calls are answered, but not by the directory that was applied")
    }

    private func seconds(since began: UInt64) -> Double { Double(Stopwatch.now() - began) / 1e9 }
}
