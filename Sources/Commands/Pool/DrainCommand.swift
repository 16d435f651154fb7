import ArgumentParser
import MessageClient
import MessageWire

/// `trunkline drain`: ends the broker in order (wire.md §3, "Pause and drain").
struct DrainCommand: HouseCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain", abstract: "End the broker: nothing new, what is out is finished.",
        discussion: "Durable requests that wait stay on disk. What supervises the broker may start it again.")

    @OptionGroup var common: VerbosityOptions
    @OptionGroup var pool: PoolOptions

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func execute() async throws {
        let (before, answer) = try await pool.withPool(common) { client in
            // Asked first: a broker with nothing to finish is gone in a moment.
            (try await client.admin("Status", timeout: .seconds(5)), try await client.admin("Drain", timeout: .seconds(5)))
        }
        guard !json else { return Terminal.say(answer.text) }
        func count(_ name: String) -> Int64 { before[name]?.integer ?? 0 }
        Terminal.say(
            "\(before["broker"]?.string ?? "broker"): \(answer["state"]?.string ?? "draining"); it takes nothing new and ends when what is out has ended "
                + "(\(count("leased")) out, \(count("ready") + count("delayed")) waiting, \(count("dead")) dead)")
    }
}
