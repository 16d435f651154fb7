import ArgumentParser
import CallModel
import CallSimulation
import NumberPlaces

/// `trunkline simulate`: a timeline against a directory, with a virtual clock and no network (directory.md §5).
struct SimulateCommand: HouseCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Play a timeline of calls against a directory: one JSON line a call or visit.")

    @OptionGroup var common: VerbosityOptions

    @Option(name: .long, help: "The directory (YAML or JSON).")
    var directory: String

    @Option(name: .long, help: "The timeline (NDJSON), - for standard input.")
    var timeline: String

    func execute() async throws {
        let directory = try CheckCommand.validate(try Files.text(directory), directory)
        let text = try Files.text(timeline)
        do throws(SimulationError) {
            for line in try Simulation(directory: directory, places: PlaceBook.ofProcess).run(timeline: text) { Terminal.say(line.json) }
        } catch {
            throw CommandFailure(.badInput, "\(timeline): \(error)")
        }
    }
}
