import ArgumentParser
import MessageClient
import MessageWire

/// `trunkline status`: one screen of what the pool is doing.
struct StatusCommand: HouseCommand {
    static let configuration = CommandConfiguration(commandName: "status", abstract: "Show the broker, its services and their workers.")

    @OptionGroup var common: VerbosityOptions
    @OptionGroup var pool: PoolOptions

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func execute() async throws {
        let (broker, services) = try await pool.withPool(common) { client in
            let broker = try await client.admin("Status", timeout: .seconds(3))
            let services = try await client.admin("ListServices", timeout: .seconds(3))
            return (broker, services["services"] ?? [])
        }
        guard !json else { return Terminal.say((["broker": broker, "services": services] as JSON).text) }
        func number(_ name: String) -> Int64 { broker[name]?.integer ?? 0 }
        Terminal.say(
            "\(broker["broker"]?.string ?? "broker"): \(broker["state"]?.string ?? ""), epoch \(number("epoch")), up \(number("uptime_ms") / 1000) s, "
                + "\(number("peers")) peers, durability \(broker["durability"]?.string ?? "")")
        var table = TextTable(
            ["service", "class", "workers", "credit", "ready", "leased", "delayed", "dead", "oldest ms"], right: [2, 3, 4, 5, 6, 7, 8])
        for service in services.array ?? [] {
            table.add(
                [(service["name"]?.string ?? "") + (service["paused"]?.bool == true ? " (paused)" : ""), service["class"]?.string ?? ""]
                    + ["workers", "credit", "ready", "leased", "delayed", "dead", "oldest_ms"].map { String(service[$0]?.integer ?? 0) })
        }
        table.show()
    }
}
