import ArgumentParser

/// The one executable: every process of the house and every command for people.
struct TrunklineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trunkline",
        abstract: "Self-hosted call tracking: a message broker, routing workers and a call record store.",
        groupedSubcommands: [
            CommandGroup(name: "Process", subcommands: [UpCommand.self, BrokerCommand.self, WorkerCommand.self]),
            CommandGroup(
                name: "Directory",
                subcommands: [
                    ApplyCommand.self, CheckCommand.self, RollbackCommand.self, DirectoryCommand.self, ScheduleCommand.self, SimulateCommand.self,
                    ReplayCommand.self,
                ]),
            CommandGroup(
                name: "Call",
                subcommands: [
                    RouteCommand.self, PublishCommand.self, CallsCommand.self, CallCommand.self, ExportCommand.self, ReportCommand.self, LimitsCommand.self,
                    PoolsCommand.self,
                ]),
            CommandGroup(
                name: "Pool",
                subcommands: [StatusCommand.self, ServicesCommand.self, PeersCommand.self, ExplainCommand.self, DeadCommand.self]),
            CommandGroup(
                name: "Pool control",
                subcommands: [RequestCommand.self, PauseCommand.self, ResumeCommand.self, DrainCommand.self]),
            CommandGroup(name: "Keeping", subcommands: [EraseCommand.self, BackupCommand.self, RestoreCommand.self]),
            CommandGroup(name: "Other", subcommands: [ConfigCommand.self, LoadCommand.self, VersionCommand.self]),
        ])
}

/// The whole program: reads the command line, does what it says, and ends the process with its status.
public func runTrunkline() async {
    await TrunklineCommand.main()
}
