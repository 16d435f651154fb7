import ArgumentParser

/// `trunkline dead …`: durable requests that were given up (wire.md §3): they stay until somebody replays or purges them.
struct DeadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead", abstract: "List, read, replay and purge requests that were given up.",
        subcommands: [List.self, Show.self, Replay.self, Purge.self])
}
