import ArgumentParser
import LoadHarness
import MessageWire

/// `trunkline load`: traffic, measurements and their verdicts (performance.md, "The harness").
struct LoadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load", abstract: "Make traffic, and say how fast it was and whether all of it arrived.",
        subcommands: [
            HopCommand.self, IntakeCommand.self, CallLoadCommand.self, EnginesCommand.self, StartCommand.self, NumbersCommand.self, GrowthCommand.self, DayCommand.self,
            FaultCommand.self, EchoWorkerCommand.self, CallProducerCommand.self,
        ],
        // `load --faults kill` (performance.md, reliability.md) is its way to be asked for.
        defaultSubcommand: FaultCommand.self)
}

extension CommandFailure {
    init(_ error: LoadError) {
        let status: ExitStatus =
            switch error.code {
            case .input: .badInput
            case .unreachable: .poolUnreachable
            case .system: .io
            case .conduct: .failed
            }
        self.init(status, error.message, cause: error.cause)
    }
}

/// Runs one load command: a signal raises the flag, and the run then reports what it has.
enum LoadRun {
    static func guarded<Report: Sendable>(_ body: @escaping @Sendable (StopFlag) async throws -> Report) async throws -> Report {
        do {
            let stop = try StopFlag()
            return try await Interruption.guarding(stop: { stop.raise() }) { try await body(stop) }
        } catch let error as LoadError {
            throw CommandFailure(error)
        }
    }

    /// The report on standard output: for people, or as one document.
    static func show(_ text: String, _ json: JSON, asJSON: Bool) {
        Terminal.say(asJSON ? json.text : text)
    }
}
