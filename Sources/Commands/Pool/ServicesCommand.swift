import ArgumentParser
import MessageClient
import MessageWire

/// `trunkline services`: what the pool serves, and how much waits.
struct ServicesCommand: HouseCommand {
    static let configuration = CommandConfiguration(commandName: "services", abstract: "List the pool's services: workers, credit, and what waits.")

    @OptionGroup var common: VerbosityOptions
    @OptionGroup var pool: PoolOptions

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func execute() async throws {
        let services = try await pool.withPool(common) { client in try await client.admin("ListServices", timeout: .seconds(5)) }
        json ? Terminal.say(services.text) : TextTable(services: services["services"]?.array ?? []).show()
    }
}

extension TextTable {
    /// Red: requests are dead, or wait and nobody works on them. Yellow: paused.
    ///
    /// - Parameter changes: a second, by service, of what waits and of the dead; with them the table has two columns more.
    init(services: [JSON], changes: [String: (waiting: Double, dead: Double)]? = nil) {
        let counts = ["workers", "credit", "ready", "leased", "delayed", "dead"]
        let headings = ["service", "class"] + counts + ["oldest ms"] + (changes == nil ? [] : ["waiting/s", "dead/s"])
        self.init(headings, right: Set(2..<headings.count))
        for service in services.map({ KnownService(json: $0) }).sorted(by: { $0.name < $1.name }) {
            let change = changes.map { [$0[service.name]?.waiting, $0[service.name]?.dead].map(Self.change) } ?? []
            let isStuck = service.count("workers") == 0 && service.count("ready") > 0
            add(
                [service.name + (service.isPaused ? " (paused)" : ""), service.json["class"]?.string ?? ""]
                    + (counts + ["oldest_ms"]).map { String(service.count($0)) } + change,
                isStuck || service.count("dead") > 0 ? .red : service.isPaused ? .yellow : .plain)
        }
    }

    /// With its sign and one digit behind the point; nothing where there is nothing to compare with.
    private static func change(_ value: Double?) -> String {
        guard let value else { return "" }
        let tenths = Int64((value * 10).rounded())
        return "\(tenths > 0 ? "+" : tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
    }
}
