import ArgumentParser
import LoadHarness

/// `trunkline load numbers`: a big account (performance.md P7).
struct NumbersCommand: HouseCommand {
    static let configuration = CommandConfiguration(
        commandName: "numbers", abstract: "Apply a directory of many numbers: how long it takes, and what routing pays for it.",
        discussion: "Starts a pool with one routing worker on free ports of loopback and an empty folder, and ends it.")

    @OptionGroup var common: VerbosityOptions

    @Option(name: .long, help: "Numbers in the account.")
    var count = 1_000_000

    @Option(name: .long, help: "Calls, one after the other, by which the cost of one is known.")
    var calls = 5000

    @Option(name: .long, help: "Where the processes keep their data, on the disk to be measured (default: TMPDIR, else /tmp).")
    var data: String?

    @Flag(name: .long, help: "One JSON document in place of a table.")
    var json = false

    func validate() throws {
        guard 1...8_000_000 ~= count else { throw ValidationError("--count \(count): give a number from 1 to 8000000") }
        guard 1...10_000_000 ~= calls else { throw ValidationError("--calls \(calls): give a number from 1 to 10000000") }
    }

    func execute() async throws {
        let report = try await LoadRun.guarded { [count, calls, data] stop in
            try await NumbersRun(executable: try OwnExecutable.path(), count: count, calls: calls, parent: data).run(stop: stop) { Terminal.progress($0) }
        }
        Terminal.endProgress()
        guard let report else { throw CommandFailure(.failed, "stopped before anything was measured") }
        LoadRun.show(report.text, report.json, asJSON: json)
    }
}
