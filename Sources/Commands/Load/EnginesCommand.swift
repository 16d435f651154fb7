import ArgumentParser
import LoadHarness

/// `trunkline load engines`: what a decision and a record cost as functions alone (performance.md P8).
struct EnginesCommand: HouseCommand {
    static let configuration = CommandConfiguration(
        commandName: "engines", abstract: "Routing, limits and records as functions, without a pool.",
        discussion: "Starts nothing: one thread of this process does all of it.")

    @OptionGroup var common: VerbosityOptions

    @Option(name: .long, help: "How often each is measured; figures are medians.")
    var rounds = 50

    @Option(name: .long, help: "Calls in a round.")
    var calls = 2_000

    @Flag(name: .long, help: "One JSON document in place of a table.")
    var json = false

    func validate() throws {
        guard 1...100_000 ~= rounds else { throw ValidationError("--rounds \(rounds): give a number from 1 to 100000") }
        guard 1...1_000_000 ~= calls else { throw ValidationError("--calls \(calls): give a number from 1 to 1000000") }
    }

    func execute() async throws {
        let report = try await LoadRun.guarded { [rounds, calls] stop in
            try await EnginesRun(rounds: rounds, calls: calls).run(stop: stop) { Terminal.progress($0) }
        }
        Terminal.endProgress()
        LoadRun.show(report.text, report.json, asJSON: json)
        if !report.holds { throw CommandFailure(.failed, "not every call was decided as it should be, or none was") }
    }
}
