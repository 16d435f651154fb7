import ArgumentParser
import MessageClient
import MessageWire

/// `trunkline peers`: who has a session with the broker.
struct PeersCommand: HouseCommand {
    static let configuration = CommandConfiguration(commandName: "peers", abstract: "List who is connected: workers, producers, and what they hold.")

    @OptionGroup var common: VerbosityOptions
    @OptionGroup var pool: PoolOptions

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func execute() async throws {
        let peers = try await pool.withPool(common) { client in try await client.admin("ListPeers", timeout: .seconds(5)) }
        guard !json else { return Terminal.say(peers.text) }
        var table = TextTable(["name", "instance", "role", "protocol", "leased", "credit", "idle ms", "services"], right: [4, 5, 6])
        for peer in peers["peers"]?.array ?? [] {
            let services = peer["services"]?.array?.compactMap(\.string).sorted() ?? []
            table.add(
                ["name", "instance", "role", "protocol"].map { peer[$0]?.string ?? "" }
                    + ["leased", "credit", "idle_ms"].map { String(peer[$0]?.integer ?? 0) } + [services.joined(separator: " ")])
        }
        table.show()
    }
}
