import ArgumentParser
import LoadHarness

/// `trunkline load --faults kill`: calls while processes are killed and stopped, and whether every promise is kept (reliability.md).
struct FaultCommand: HouseCommand {
    static let configuration = CommandConfiguration(
        commandName: "faults", abstract: "Kill and stop processes while calls flow, and check every promise (load --faults kill).",
        discussion: """
            Starts a pool of its own, each stage a process, and a producer beside it. At random moments it kills (-9) or stops and continues one
            of them, two or all, and lets the pool come to rest after every few rounds to look at all it promised. What breaks a promise
            is explained, and the folder with logs and data is kept. The same seed gives the same rounds.
            """)

    @OptionGroup var common: VerbosityOptions

    @Option(
        name: .long,
        help: "What happens: kill; or journal-loss, which also takes the broker's journal away and must therefore fail: a proof of the check itself.")
    var faults: FaultRun.Scenario?

    @Option(name: .long, help: "How many faults (default: 200, or what --for has time for).")
    var rounds: Int?

    @Option(name: .customLong("for"), help: "How long it goes on at most, as 90s, 10m or 8h.")
    var duration: LoadDuration?

    @Option(name: .long, help: "Plays the rounds of an earlier run again.")
    var seed: UInt64?

    @Option(name: .long, help: "Where the pool keeps its data, in a folder of its own (default: TMPDIR, else /tmp).")
    var data: String?

    @Flag(name: .long, help: "One JSON document in place of a table.")
    var json = false

    func validate() throws {
        if let rounds, !(1...1_000_000 ~= rounds) { throw ValidationError("--rounds \(rounds): give a number from 1 to 1000000") }
    }

    func execute() async throws {
        guard let faults else { throw CleanExit.helpRequest(LoadCommand.self) }
        let seed = seed ?? .random(in: 0...UInt64(UInt32.max))
        Terminal.complain("seed \(seed): --seed \(seed) plays these rounds again")
        let logger = common.quietLogger("trunkline.load")
        let report = try await LoadRun.guarded { [rounds, duration, data] stop in
            let run = FaultRun(
                executable: try OwnExecutable.path(), scenario: faults, seed: seed, rounds: rounds ?? (duration == nil ? 200 : nil),
                seconds: duration?.seconds, parent: data, logger: logger)
            return try await run.run(stop: stop) { Terminal.progress($0) }
        }
        Terminal.endProgress()
        LoadRun.show(report.text, report.json, asJSON: json)
        if let first = report.ledger.violations.first { throw CommandFailure(.failed, "\(first.text); see \(report.folder)") }
        if !report.holds { throw CommandFailure(.failed, "no call was answered") }
    }
}

/// `trunkline load call-producer`: the producer of a run, a process of its own.
struct CallProducerCommand: HouseCommand {
    static let configuration = CommandConfiguration(
        commandName: "call-producer", abstract: "The producer of load --faults.", shouldDisplay: false)

    @OptionGroup var common: VerbosityOptions

    @Option(name: .long, help: "The broker's front.")
    var broker: String

    @Option(name: .long, help: "Which run's calls it makes.")
    var run: UInt32

    @Option(name: .long, help: "Number of its first call.")
    var first: Int

    @Option(name: .long, help: "Calls out at once.")
    var window: Int

    func execute() async throws {
        // No signal is trapped: it is there to be killed.
        try await FaultProducer(endpoint: broker, run: run, first: first, window: window, logger: common.quietLogger("trunkline.load")).play()
    }
}

extension FaultRun.Scenario: ExpressibleByArgument {}

/// A length of time as a person writes it: "90s", "10m", "8h".
struct LoadDuration: ExpressibleByArgument {
    let seconds: Double

    init?(argument: String) {
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600]
        guard let unit = argument.last.flatMap({ units[$0] }), let count = Double(argument.dropLast()), count > 0, count <= 10_000 else { return nil }
        seconds = count * unit
    }
}
