import ArgumentParser
import CallModel
import CallServices
import MessageClient
import MessageWire

/// `trunkline erase NUMBER`: forgets a caller (records.md §7).
struct EraseCommand: HouseCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase", abstract: "Forget a caller: number, name, recordings, notes, raw events, web visits and dead letters.",
        discussion: """
            Times, durations, source and outcome of the calls stay, and so do all totals. What is still queued of them is erased when it comes; \
            a later call is stored as any, and is a first call. A minute later no file of the pool tells of the person. There is no way back.
            """)

    @OptionGroup var common: VerbosityOptions
    @OptionGroup var pool: PoolOptions

    @Argument(help: "The caller's number, as +13125550142 or as it is dialled in the account's country.")
    var number: String

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func execute() async throws {
        let named = pool.accountName.map { [JSON.Member("account", .string($0))] } ?? []
        let request = JSON.object(named + [JSON.Member("number", .string(number))])
        let erased = try await pool.withPool(common) { client in
            // The records first: from then on what comes late of his calls is stripped.
            let records = try await client.ask(ServiceName.keeping + "/Erase", request, timeout: .seconds(60))
            guard let person = records["number"]?.string.flatMap({ PhoneNumber(e164: $0) }) else {
                throw CommandFailure(.failed, "attribution answered without the number; run one version of this program everywhere")
            }
            let letters = try await client.purgeDead(of: person, account: records["account"]?.string ?? "")
            return Erased(person: person, records: records, deadLetters: letters)
        }
        json ? Terminal.say(erased.json.text) : erased.show()
    }
}

/// What an erasure took away.
private struct Erased: Sendable {
    let person: PhoneNumber
    let records: JSON
    let deadLetters: Int64

    private static let counted = ["calls", "exchanges", "events", "recordings", "notes", "visitors"]

    private var counts: [(name: String, count: Int64)] {
        Self.counted.map { ($0, records[$0]?.integer ?? 0) } + [("dead letters", deadLetters)]
    }

    /// The number shows its last two digits only: what a command prints is kept in logs.
    var json: JSON {
        let who = [
            JSON.Member("account", records["account"] ?? .null), JSON.Member("number", .string(person.description)), JSON.Member("at", records["at"] ?? .null),
        ]
        return .object(who + counts.map { JSON.Member($0.name.replacing(" ", with: "_"), .integer($0.count)) })
    }

    func show() {
        let account = records["account"]?.string ?? ""
        guard counts.contains(where: { $0.count > 0 }) else { return Terminal.say("\(account): nothing is kept of \(person)") }
        Terminal.say("\(account): \(person) is forgotten")
        var table = TextTable(["erased", "count"], right: [1])
        for (name, count) in counts { table.add([name, String(count)]) }
        table.show()
    }
}
