import ArgumentParser
import CallAttribution
import CallServices
import MessageClient
import MessageWire

/// `trunkline pools`: how the numbers for web visitors are used (records.md §4, "Leases").
struct PoolsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pools", abstract: "Number pools: their numbers in use, when they were exhausted, and the size they need.",
        subcommands: [Show.self, Size.self], defaultSubcommand: Show.self)

    struct Show: HouseCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show each pool: its numbers now, and the last seven days (default).",
            discussion: """
                A number is taken while it is leased and while it cools down. The pool is exhausted while all are taken. The size that the days \
                call for is the most numbers that would have been taken at once, had every visitor had one of his own.
                """)

        @OptionGroup var common: VerbosityOptions
        @OptionGroup var pool: PoolOptions

        @Flag(name: .long, help: "Print JSON.")
        var json = false

        func execute() async throws {
            let request: JSON = ["account": pool.accountName.map { .string($0) } ?? .null]
            let pools = try await pool.withPool(common) { client in
                let reply = try await client.ask(ServiceName.liveCalls + "/Pools", request)
                var pools: [JSON] = []
                for pool in reply["pools"]?.array ?? [] { pools.append(try await PoolHistoryRequest(pool).completed(pool, client)) }
                return pools
            }
            json ? Terminal.say((["pools": .array(pools)] as JSON).text) : PoolTables(pools).show()
        }
    }

    struct Size: HouseCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say how many numbers a pool needs.",
            discussion: """
                Visitors of the busiest hour, times the part of an hour for which each holds a number, rounded up: so many are on the site at once. \
                A number is held from the first page until the last lease has ended and cooled down; count that into the session for a pool that \
                never runs out.
                """)

        @OptionGroup var common: VerbosityOptions

        @Option(name: .long, help: "Visitors who come in the busiest hour.")
        var peakPerHour: String

        @Option(name: .long, help: "For how many minutes each holds a number.")
        var sessionMinutes: String

        @Flag(name: .long, help: "Print JSON.")
        var json = false

        private static let mostPerHour = 10_000_000.0
        private static let mostMinutes = 525_600.0

        func execute() async throws {
            let peak = try Self.number(peakPerHour, "--peak-per-hour", most: Self.mostPerHour, example: "200")
            let minutes = try Self.number(sessionMinutes, "--session-minutes", most: Self.mostMinutes, example: "3")
            let size = PoolSize.numbers(peakPerHour: peak, sessionMinutes: minutes)
            guard json else { return Terminal.say(String(size)) }
            let reply: JSON = ["peak_per_hour": .number(peak), "session_minutes": .number(minutes), "numbers": .integer(Int64(size))]
            Terminal.say(reply.text)
        }

        private static func number(_ text: String, _ option: String, most: Double, example: String) throws(CommandFailure) -> Double {
            guard let number = Double(text), number > 0, number <= most else {
                throw CommandFailure(.usage, "\(option) \(text) is no number above 0 and up to \(Int(most)); write \(option) \(example)")
            }
            return number
        }
    }
}
