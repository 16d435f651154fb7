import ArgumentParser
import CallSimulation
import LoadHarness
import MessageClient

/// `trunkline load day FILE`: a timeline (directory.md §5) through a running pool, as a telephony front would play it.
struct DayCommand: HouseCommand {
    static let configuration = CommandConfiguration(
        commandName: "day", abstract: "Play a timeline of calls into a running pool, in fast time.",
        discussion: "Calls are routed for real and their events published with the timeline's times. Takes call and event lines.")

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
                return try await DayPlayer(client).play(timeline, window: window, stop: stop) { done, all in
                    Terminal.progress("\(done) of \(all), \(done * 100 / max(1, all)) %")
                }
            }
        }
        Terminal.endProgress()
        LoadRun.show(summary.text, summary.json, asJSON: json)
        if summary.failed > 0 { throw CommandFailure(.failed, "\(summary.failed) calls or events failed") }
    }
}
