import ArgumentParser
import CallServices
import MessageWire

/// `trunkline report source`: how many calls each source brought.
struct ReportCommand: HouseCommand {
    static let configuration = CommandConfiguration(commandName: "report", abstract: "Calls by source.")

    @OptionGroup var common: VerbosityOptions
    @OptionGroup var pool: PoolOptions

    enum Dimension: String, ExpressibleByArgument, CaseIterable {
        case source
    }

    @Argument(help: "What to count by: source.")
    var by: Dimension

    @Option(name: .long, help: "Only calls from this time on (RFC 3339).")
    var since: String?

    @Option(name: .long, help: "Only calls before this time (RFC 3339).")
    var until: String?

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func execute() async throws {
        let given = [("account", pool.accountName), ("since", since), ("until", until)]
        let request = JSON.object(given.compactMap { name, value in value.map { JSON.Member(name, .string($0)) } })
        let report = try await pool.withPool(common) { client in try await client.ask(ServiceName.callLog + "/Summarize", request) }
        guard !json else { return Terminal.say(report.text) }
        var table = TextTable(["source", "calls", "answered", "missed"], right: [1, 2, 3])
        var totals: [Int64] = [0, 0, 0]
        for row in report["rows"]?.array ?? [] {
            let counts = ["calls", "answered", "missed"].map { row[$0]?.integer ?? 0 }
            for (index, count) in counts.enumerated() { totals[index] += count }
            table.add([row["source"]?.string ?? "(none)"] + counts.map(String.init))
        }
        table.add(["total"] + totals.map(String.init))
        table.show()
    }
}
