import ArgumentParser
import LoadHarness

/// `trunkline load calls`: the whole pipeline, from a call to its record (performance.md P2, P4).
struct CallLoadCommand: HouseCommand {
    static let configuration = CommandConfiguration(
        commandName: "calls", abstract: "Calls through the whole pipeline, and whether each is recorded exactly once.",
        discussion: """
            Starts a pool of its own, each stage a process, on free ports of loopback, and ends it; with --broker it uses a running one,
            to which it applies the account "load". Without --rate a window of calls is always out; with it calls begin by schedule,
            and latency counts from when each should have begun; a bare hop and a synced write at that rate are then measured to compare with.
            """)

    @OptionGroup var common: VerbosityOptions

    @Option(name: .long, help: "The front of a running pool, in place of one of its own.")
    var broker: String?

    @Option(name: .long, help: "Routing workers of the pool it starts.")
    var routing = 2

    @Option(name: .long, help: "What the calls go through: dial (one destination), weighted, limits or sticky.")
    var flow = LoadDirectory.Flow.dial

    @Option(name: .long, help: "Calls out at once.")
    var window = 256

    @Option(name: .long, help: "Calls a second, whatever becomes of them, in place of a window.")
    var rate: Double?

    @Option(name: .long, help: "How calls are spaced with --rate: constant or poisson.")
    var arrivals = ArrivalSchedule.Spacing.constant

    @Option(name: .long, help: "How long calls are made.")
    var seconds = 10.0

    @Option(name: .long, help: "When answers leave the pool it starts: synced, once the record is on disk, or early.")
    var tee: CallsRun.Tee?

    @Option(name: .long, help: "Where the pool it starts keeps its data, on the disk to be measured (default: TMPDIR, else /tmp).")
    var data: String?

    @Flag(name: .long, help: "One JSON document in place of a table.")
    var json = false

    func validate() throws {
        guard 1...64 ~= routing else { throw ValidationError("--routing \(routing): give a number of workers from 1 to 64") }
        guard 1...100_000 ~= window else { throw ValidationError("--window \(window): give a number of calls from 1 to 100000") }
        if let rate, !(0.1...1_000_000 ~= rate) { throw ValidationError("--rate \(rate): give calls a second from 0.1 to 1000000") }
        guard broker == nil || tee == nil else { throw ValidationError("--tee is for the pool that is started here: a running one has its own file") }
        guard seconds > 0, seconds <= 604_800 else { throw ValidationError("--seconds \(seconds): give a time from 0 to 604800") }
    }

    func execute() async throws {
        if let broker { _ = try PoolOptions.endpoints(broker) }
        let pace = rate.map { CallTraffic.Pace.rate($0, arrivals) } ?? .window(window)
        let logger = common.quietLogger("trunkline.load")
        let report = try await LoadRun.guarded { [broker, routing, flow, seconds, tee, data] stop in
            let run = CallsRun(
                executable: try OwnExecutable.path(), broker: broker, routingWorkers: routing, flow: flow, pace: pace, seconds: seconds,
                tee: tee ?? .synced, parent: data, logger: logger)
            return try await run.run(stop: stop) { Terminal.progress($0) }
        }
        Terminal.endProgress()
        LoadRun.show(report.text, report.json, asJSON: json)
        if !report.holds { throw CommandFailure(.failed, "not every answered call is recorded exactly once as it should be") }
    }
}

extension LoadDirectory.Flow: ExpressibleByArgument {}
extension ArrivalSchedule.Spacing: ExpressibleByArgument {}
extension CallsRun.Tee: ExpressibleByArgument {}
