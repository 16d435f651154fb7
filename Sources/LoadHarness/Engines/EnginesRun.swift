import CallAttribution
import CallModel
import CallRouting
import Threads

/// `load engines`: routing, the live state and attribution as functions, without a pool, a store or a clock (performance.md P8).
package struct EnginesRun: Sendable {
    package var rounds: Int
    /// In each round, of each engine.
    package var calls: Int

    package init(rounds: Int, calls: Int) {
        self.rounds = rounds
        self.calls = calls
    }

    /// - Throws: `LoadError` where the account that is to be routed is no directory.
    package func run(stop: StopFlag, progress: @escaping @Sendable (String) -> Void) async throws -> EnginesReport {
        try await Thread.value(named: "load-engines") { () throws(LoadError) in
            var bench = try EngineBench(calls: calls)
            // Caches, and memory that is asked for once.
            bench.play(round: 0)
            bench.forget()
            for round in 1...rounds where !stop.isRaised {
                progress("round \(round) of \(rounds)")
                bench.play(round: round)
            }
            return bench.report
        }
    }
}

/// Two accounts' routers, a live state and a call's history, and how long each took.
private struct EngineBench {
    private let calls: Int
    private let plain: Router
    private let shared: Router
    private var live = LiveState(key: .open)
    private let facts: CallFacts?
    private let month: ReportCalls
    private var now: Timestamp
    private(set) var report = EnginesReport(
        engines: [
            .init(key: "plain", name: "one destination", goal: 1_000),
            .init(key: "shared", name: "schedule with overrides, 10-way weighted, limits", goal: 4_000),
            .init(key: "ended", name: "the end of such a call, heard", goal: nil),
            .init(key: "merge", name: "an event merged into a record", goal: 3_000),
            .init(key: "report", name: "a call summed up by source", goal: nil),
            .init(key: "series", name: "a call summed up by hour of a month", goal: nil),
        ], wrong: 0)

    init(calls: Int) throws(LoadError) {
        self.calls = calls
        // 10:05 in New York, 2026-06-03: the office is open.
        let now = Timestamp(milliseconds: 1_780_495_500_000)
        self.now = now
        func router(_ document: String) throws(LoadError) -> (Router, Directory) {
            do throws(DirectoryError) {
                let directory = try Directory(yaml: document, version: 1)
                var table = RoutingTable()
                table.install(directory, at: now)
                return (Router(table, secret: .open), directory)
            } catch {
                throw LoadError(.conduct, "the account to be routed is no directory: \(error.problems.map(\.description).joined(separator: "; "))")
            }
        }
        let directory: Directory
        (plain, directory) = try router(LoadDirectory().document)
        (shared, _) = try router(EngineDirectory.document)
        month = try ReportCalls(calls)
        facts = CallFacts(directory: directory, dialled: LoadDirectory.trackingNumber)
    }

    mutating func forget() { for place in report.engines.indices { report.engines[place].rounds = [] } }

    mutating func play(round: Int) {
        now = now.advanced(bySeconds: 1)
        let plainCalls = inbound(round, to: LoadDirectory.trackingNumber)
        let sharedCalls = inbound(round, to: EngineDirectory.trackingNumber)
        let ends = sharedCalls.map { CallEvent(callID: $0.callID, kind: .ended, at: now, endedBy: "caller") }
        measure(0) { bench in
            for call in plainCalls { bench.check(bench.plain.route(call, at: bench.now)) }
        }
        measure(1) { bench in
            for call in sharedCalls {
                var step = bench.shared.route(call, at: bench.now)
                while case .asks(let question, let pending) = step {
                    guard case .live(let question) = question else { break }
                    step = pending.resume(.live(bench.live.answer(question, now: bench.now)))
                }
                bench.check(step)
            }
        }
        measure(2) { bench in
            for end in ends { bench.live.hear(end, now: bench.now) }
        }
        _ = live.takeChanges()
        var histories = plainCalls.map(history)
        measure(3) { bench in
            for place in histories.indices {
                _ = histories[place].add(CallEvent(callID: plainCalls[place].callID, kind: .ended, at: bench.now, endedBy: "caller"))
                if histories[place].record(facts: bench.facts).endReason?.isEmpty ?? true { bench.report.wrong += 1 }
            }
        }
        measureReports()
    }

    private mutating func measureReports() {
        for (engine, grouping) in [(4, ReportGrouping.dimension(.source)), (5, .series(.hour))] {
            measure(engine) { bench in
                // No call may be lost on the way into a row.
                if bench.month.tally(grouping).rows.map(\.calls).reduce(.zero, +) != CallCount(bench.calls) { bench.report.wrong += 1 }
            }
        }
    }

    private mutating func measure(_ engine: Int, _ body: (inout EngineBench) -> Void) {
        let began = Stopwatch.now()
        body(&self)
        report.engines[engine].rounds.append(Double(Stopwatch.now() - began) / Double(calls))
    }

    private mutating func check(_ step: RoutingStep) {
        if case .decided(let decision) = step, case .connect = decision.action { return }
        report.wrong += 1
    }

    private func inbound(_ round: Int, to number: String) -> [InboundCall] {
        (0..<calls).map { InboundCall(callID: "load-\(round)-\($0)", to: number, from: "+13125550142", at: now) }
    }

    private func history(of call: InboundCall) -> CallHistory {
        var history = CallHistory(callID: call.callID)
        guard case .decided(let decision) = plain.route(call, at: now) else { return history }
        _ = history.add(
            Exchange(
                exchangeID: "01900000000070008000000000000001", question: .route(call), status: 0, decision: decision, receivedAt: now, dispatchedAt: now,
                endedAt: now))
        return history
    }
}
