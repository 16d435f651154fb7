import ArgumentParser
import CallServices
import MessageWire

/// `trunkline limits`: how much of each destination's limits is used (directory.md §3).
struct LimitsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limits", abstract: "Destinations' limits, how much of each is used, and when it begins anew.",
        subcommands: [Show.self, Reset.self], defaultSubcommand: Show.self)

    struct Show: HouseCommand {
        static let configuration = CommandConfiguration(abstract: "Show each limit: how much of it is used, and when it begins anew (default).")

        @OptionGroup var common: VerbosityOptions
        @OptionGroup var pool: PoolOptions

        @Flag(name: .long, help: "Print JSON.")
        var json = false

        func execute() async throws {
            let request: JSON = ["account": pool.accountName.map { .string($0) } ?? .null]
            let reply = try await pool.withPool(common) { client in try await client.ask(ServiceName.liveCalls + "/Limits", request) }
            json ? Terminal.say(reply.text) : Self.show(reply["limits"]?.array ?? [])
        }

        private static func show(_ limits: [JSON]) {
            guard !limits.isEmpty else { return Terminal.say("no destination has a limit") }
            var table = TextTable(["account", "destination", "limit", "used", "max", "resets at"], right: [3, 4])
            for limit in limits {
                let (used, most) = (limit["used"]?.integer ?? 0, limit["max"]?.integer ?? 0)
                table.add(
                    [
                        limit["account"]?.string ?? "", limit["destination_id"]?.string ?? "", words(limit), String(used), String(most),
                        limit["resets_at"]?.string ?? "-",
                    ], used >= most ? .yellow : .plain)
            }
            table.show()
        }

        private static func words(_ limit: JSON) -> String {
            guard let count = limit["count"]?.string else { return "calls at once" }
            let from = limit["from"]?.string.map { " from \($0)" } ?? ""
            let period = limit["per"]?.string == "lifetime" ? "in all" : "per \(limit["per"]?.string ?? "")"
            return "\(count) \(period)\(from) (\(limit["time_zone"]?.string ?? ""))"
        }
    }

    struct Reset: HouseCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set a destination's counters back to nothing.",
            discussion: "What it has been offered and has answered until now counts no more; calls under way still do.")

        @OptionGroup var common: VerbosityOptions
        @OptionGroup var pool: PoolOptions

        @Argument(help: "The destination's id.")
        var destination: String

        @Flag(name: .long, help: "Print JSON.")
        var json = false

        func execute() async throws {
            let request: JSON = ["account": pool.accountName.map { .string($0) } ?? .null, "destination_id": .string(destination)]
            let reply = try await pool.withPool(common) { client in try await client.ask(ServiceName.liveCalls + "/ResetLimits", request) }
            json ? Terminal.say(reply.text) : Terminal.say("\(destination) of \(reply["account"]?.string ?? ""): its counters begin anew")
        }
    }
}
