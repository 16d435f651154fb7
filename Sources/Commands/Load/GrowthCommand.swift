import ArgumentParser
import CallModel
import Foundation
import LoadHarness
import NumberPlaces

/// `trunkline load growth`: the record store with years of calls in it (performance.md P6).
struct GrowthCommand: HouseCommand {
    static let configuration = CommandConfiguration(
        commandName: "growth", abstract: "The record store alone, empty and with years of calls in it.",
        discussion: """
            Starts nothing: one thread of this process fills a store with calls of thirty months, records the same number into it and into an
            empty one, lists by every kind of filter and reads the figures of a month. Ten million calls take 10 GB of disk and some minutes.
            """)

    @OptionGroup var common: VerbosityOptions

    @Option(name: .long, help: "Calls in the full store.")
    var calls = 1_000_000

    @Option(name: .long, help: "Calls recorded into each store, timed.")
    var sample = 300_000

    @Option(name: .long, help: "How often either sample is recorded; figures are medians.")
    var rounds = 3

    @Option(name: .long, help: "Where the stores are made, on the disk to be measured; they are removed (default: TMPDIR, else /tmp).")
    var data: String?

    @Flag(name: .long, help: "One JSON document in place of tables.")
    var json = false

    func validate() throws {
        guard 1_000...1_000_000_000 ~= calls else { throw ValidationError("--calls \(calls): give a number from 1000 to 1000000000") }
        guard 1_000...100_000_000 ~= sample else { throw ValidationError("--sample \(sample): give a number from 1000 to 100000000") }
        guard 0...100 ~= rounds else { throw ValidationError("--rounds \(rounds): give a number from 0 to 100") }
    }

    func execute() async throws {
        let parent = data ?? ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        let report = try await LoadRun.guarded { [calls, sample, rounds] stop in
            try await GrowthRun(calls: calls, sample: sample, rounds: rounds, parent: parent, now: now, places: PlaceBook.ofProcess).run(stop: stop) { Terminal.progress($0) }
        }
        Terminal.endProgress()
        LoadRun.show(report.text, report.json, asJSON: json)
    }
}
