import ArgumentParser

/// The one executable: every process of the house and every command for people.
struct TrunklineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trunkline",
        abstract: "Self-hosted call tracking: a message broker, routing workers and a call record store.",
        subcommands: [
            UpCommand.self, BrokerCommand.self, WorkerCommand.self, ApplyCommand.self, CheckCommand.self, SimulateCommand.self,
            RouteCommand.self, PublishCommand.self, CallsCommand.self, CallCommand.self, ReportCommand.self, StatusCommand.self,
            ConfigCommand.self, LoadCommand.self, VersionCommand.self,
        ])
}

/// The whole program: reads the command line, does what it says, and ends the process with its status.
public func runTrunkline() async {
    await TrunklineCommand.main()
}
