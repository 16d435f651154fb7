import ArgumentParser

/// `trunkline worker KIND`: one stage of the pool in a process of its own.
struct WorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker", abstract: "Run one stage of the pool: routing, live-calls, attribution or directory.",
        subcommands: [Routing.self, LiveCalls.self, Attribution.self, Directory.self])

    struct Options: ParsableArguments {
        @Option(name: .long, help: "The broker's endpoint for workers, or several with commas between (default: tcp://127.0.0.1:7571).")
        var broker: String?

        @OptionGroup var process: ProcessOptions

        func stages(_ common: VerbosityOptions, _ label: String) throws -> PoolStages {
            PoolStages(
                endpoints: try PoolOptions.endpoints(Setting("broker", given: broker, fallback: "tcp://127.0.0.1:7571").value),
                folder: process.folder, grace: try process.graceSeconds, logger: common.logger(label))
        }
    }

    struct Routing: HouseCommand {
        static let configuration = CommandConfiguration(abstract: "Evaluate call flows. Any number may run.")

        @OptionGroup var common: VerbosityOptions
        @OptionGroup var options: Options

        @Option(name: .long, help: "Name of the folder for this worker's copies (default: the first free number).")
        var instance: String?

        func execute() async throws {
            try await options.stages(common, "trunkline.routing").routing(instance: instance).runUntilInterrupted()
        }
    }

    struct LiveCalls: HouseCommand {
        static let configuration = CommandConfiguration(
            commandName: "live-calls", abstract: "Keep limits, rotation and the one winner of each call. One on a data folder.")

        @OptionGroup var common: VerbosityOptions
        @OptionGroup var options: Options

        func execute() async throws {
            try await options.stages(common, "trunkline.live-calls").liveCalls().runUntilInterrupted()
        }
    }

    struct Attribution: HouseCommand {
        static let configuration = CommandConfiguration(abstract: "Store call records and answer the call log. One on a data folder.")

        @OptionGroup var common: VerbosityOptions
        @OptionGroup var options: Options

        func execute() async throws {
            try await options.stages(common, "trunkline.attribution").attribution().runUntilInterrupted()
        }
    }

    struct Directory: HouseCommand {
        static let configuration = CommandConfiguration(abstract: "Keep the versions of the accounts' directories. One on a data folder.")

        @OptionGroup var common: VerbosityOptions
        @OptionGroup var options: Options

        func execute() async throws {
            try await options.stages(common, "trunkline.directory").directory().runUntilInterrupted()
        }
    }
}

extension Stage {
    /// Until the first SIGTERM or SIGINT, and what is held is finished.
    func runUntilInterrupted() async throws {
        try await Interruption.guarding(stop: { shutDown() }) { try await run() }
    }
}
