import ArgumentParser
import LoadHarness

/// `trunkline load start`: how soon a pool works, and what it holds when idle (performance.md P10, P11).
struct StartCommand: HouseCommand {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "From `up` on an empty folder to its first routed call, and idle memory.",
        discussion: "Starts a broker and a whole pool in turn, on free ports of loopback and empty folders, and ends them.")

    @OptionGroup var common: VerbosityOptions

    @Option(name: .long, help: "How often everything is started; figures are medians.")
    var rounds = 5

    @Option(name: .long, help: "Where the processes keep their data, on the disk to be measured (default: TMPDIR, else /tmp).")
    var data: String?

    @Flag(name: .long, help: "One JSON document in place of a table.")
    var json = false

    func validate() throws {
        guard 1...1000 ~= rounds else { throw ValidationError("--rounds \(rounds): give a number from 1 to 1000") }
    }

    func execute() async throws {
        let report = try await LoadRun.guarded { [rounds, data] stop in
            try await StartRun(executable: try OwnExecutable.path(), rounds: rounds, parent: data).run(stop: stop) { Terminal.progress($0) }
        }
        Terminal.endProgress()
        LoadRun.show(report.text, report.json, asJSON: json)
        if !report.holds { throw CommandFailure(.failed, "stopped before anything was measured") }
    }
}
