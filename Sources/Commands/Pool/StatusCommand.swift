import ArgumentParser
import MessageClient
import MessageWire

/// `trunkline status`: one screen of what the pool is doing.
struct StatusCommand: HouseCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show the broker, its services and their workers.",
        discussion: """
            --watch writes over itself on a terminal and prints one block after another on a pipe, until Ctrl-C. Its last two \
            columns are changes a second since the block before: of what waits (ready and delayed), and of the dead.
            """)

    @OptionGroup var common: VerbosityOptions
    @OptionGroup var pool: PoolOptions

    @Flag(name: .long, help: "Print JSON; with --watch, one document a line.")
    var json = false

    @Flag(name: .long, help: "Look again and again, until Ctrl-C.")
    var watch = false

    @Option(name: .long, help: "With --watch: seconds from one look to the next (default: 1).")
    var interval: Double?

    @Option(name: .long, help: "With --watch: end after so many looks.")
    var count: Int?

    func validate() throws {
        guard watch || (interval == nil && count == nil) else { throw ValidationError("--interval and --count are for --watch") }
        if let interval, !(0.05...86_400 ~= interval) { throw ValidationError("--interval \(interval): give seconds from 0.05 to 86400") }
        if let count, count < 1 { throw ValidationError("--count \(count): give a number from 1 up") }
    }

    func execute() async throws {
        guard watch else {
            let reading = try await pool.withPool(common) { client in try await client.status() }
            return json ? Terminal.say(reading.json.text) : reading.lines(since: nil).forEach { Terminal.say($0) }
        }
        let watch = StatusWatch(interval: .milliseconds(Int64((interval ?? 1) * 1000)), count: count, json: json, endpoint: try pool.endpoint)
        try await pool.withPool(common) { client in try await watch.run(client) }
    }
}

/// Status and ListServices (wire.md §7), asked at one moment.
struct StatusReading: Sendable {
    var broker: JSON
    var services: [JSON]
    var at = ContinuousClock.now

    var json: JSON { ["broker": broker, "services": .array(services)] }

    /// - Parameter before: an earlier reading; with one, the table has changes a second.
    func lines(since before: StatusReading?) -> [String] {
        func number(_ name: String) -> Int64 { broker[name]?.integer ?? 0 }
        let head =
            "\(broker["broker"]?.string ?? "broker"): \(broker["state"]?.string ?? ""), epoch \(number("epoch")), up \(number("uptime_ms") / 1000) s, "
            + "\(number("peers")) peers, durability \(broker["durability"]?.string ?? "")"
        let isDraining = broker["state"]?.string == "draining"
        return [(isDraining ? Ink.yellow : .plain).paint(head)] + TextTable(services: services, changes: before.map { changes(since: $0) }).lines
    }

    /// By service: how much what waits, and the dead, have grown a second; fallen where it is below 0.
    private func changes(since before: StatusReading) -> [String: (waiting: Double, dead: Double)] {
        let (seconds, attoseconds) = (at - before.at).components
        let elapsed = max(0.001, Double(seconds) + Double(attoseconds) / 1e18)
        let earlier = Dictionary(before.services.map { ($0["name"]?.string ?? "", KnownService(json: $0)) }) { $1 }
        var changes: [String: (waiting: Double, dead: Double)] = [:]
        for service in services.map({ KnownService(json: $0) }) {
            guard let then = earlier[service.name] else { continue }
            func growth(_ names: String...) -> Double { Double(names.reduce(0) { $0 + service.count($1) - then.count($1) }) / elapsed }
            changes[service.name] = (growth("ready", "delayed"), growth("dead"))
        }
        return changes
    }
}

extension MessageClient {
    func status() async throws(CallError) -> StatusReading {
        let broker = try await admin("Status", timeout: .seconds(3))
        let services = try await admin("ListServices", timeout: .seconds(3))
        return StatusReading(broker: broker, services: services["services"]?.array ?? [])
    }
}
