import ArgumentParser
import CallModel
import CallServices
import CallSimulation
import LoadHarness
import MessageClient
import MessageWire

/// `trunkline load day FILE`: a timeline (directory.md §5) through a running pool, as a telephony front would play it.
struct DayCommand: HouseCommand {
    static let configuration = CommandConfiguration(
        commandName: "day", abstract: "Play a timeline of calls into a running pool, in fast time.",
        discussion: "Calls are routed for real and their events published with the timeline's times. Takes call, event, visit and heartbeat lines; visits are played one after the other.")

    @OptionGroup var common: VerbosityOptions
    @OptionGroup var pool: PoolOptions

    @Argument(help: "The timeline (NDJSON), - for standard input.")
    var file: String

    @Option(name: .long, help: "Calls under way at once.")
    var window = 64

    @Flag(name: .long, help: "One JSON document in place of lines.")
    var json = false

    func validate() throws {
        guard 1...10_000 ~= window else { throw ValidationError("--window \(window): give a number of calls from 1 to 10000") }
    }

    func execute() async throws {
        let text = try Files.text(file)
        let timeline: LiveTimeline
        do throws(SimulationError) {
            timeline = try LiveTimeline(text)
        } catch {
            throw CommandFailure(.badInput, "\(file): \(error)")
        }
        let summary = try await LoadRun.guarded { [pool, common, window] stop in
            try await pool.withPool(common) { client in
                // Says that the pool is there, before thousands of calls wait for it in vain.
                _ = try await client.admin("Status")
                let account = try await Self.account(of: timeline, pool.accountName, client)
                return try await DayPlayer(client, account: account).play(timeline, window: window, stop: stop) { done, all in
                    Terminal.progress("\(done) of \(all), \(done * 100 / max(1, all)) %")
                }
            }
        }
        Terminal.endProgress()
        LoadRun.show(summary.text, summary.json, asJSON: json)
        if summary.failed > 0 { throw CommandFailure(.failed, "\(summary.failed) calls or events failed") }
    }

    /// Whose site the visits are of; empty where there are none.
    private static func account(of timeline: LiveTimeline, _ named: String?, _ client: MessageClient) async throws -> String {
        let pools = timeline.entries.compactMap { entry -> String? in if case .visit(let visit) = entry { visit.pool } else { nil } }
        let isOfWeb = timeline.entries.contains { if case .heartbeat = $0 { true } else { false } } || !pools.isEmpty
        if let named { return named }
        guard isOfWeb else { return "" }
        let known = try await client.ask(ServiceName.liveCalls + "/Pools", [:])["pools"]?.array ?? []
        let owners = Set(known.filter { pool in pools.isEmpty || pools.contains(pool["pool"]?.string ?? "") }.compactMap { $0["account"]?.string })
        guard owners.count == 1, let owner = owners.first else {
            let accounts = owners.isEmpty ? "no account here has its pools" : "\(owners.sorted().joined(separator: ", ")) have pools of these names"
            throw CommandFailure(.badInput, "the timeline has visits, and \(accounts); name one with --account")
        }
        return owner
    }
}
