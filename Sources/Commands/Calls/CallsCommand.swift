import ArgumentParser
import CallServices
import MessageWire

/// `trunkline calls`: the call log.
struct CallsCommand: HouseCommand {
    static let configuration = CommandConfiguration(commandName: "calls", abstract: "List calls, the newest first.")

    @OptionGroup var common: VerbosityOptions
    @OptionGroup var pool: PoolOptions

    @Option(name: .long, help: "How many calls at most.")
    var limit = 20

    @Option(name: .long, help: "Go on where an earlier page ended: its `next`.")
    var cursor: String?

    @Option(name: .long, help: "Only calls to this tracking number.")
    var number: String?

    @Option(name: .long, help: "Only calls from this source.")
    var source: String?

    @Option(name: .long, help: "Only calls with this outcome: answered, missed, abandoned, voicemail, …")
    var outcome: String?

    @Option(name: .long, help: "Only calls answered by this destination.")
    var destination: String?

    @Option(name: .long, help: "Only calls from this time on (RFC 3339).")
    var since: String?

    @Option(name: .long, help: "Only calls before this time (RFC 3339).")
    var until: String?

    @Flag(name: .long, help: "Calls to numbers that belong to no account.")
    var unmatched = false

    @Flag(name: .long, help: "Also spam and test calls.")
    var hidden = false

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func execute() async throws {
        var members = [JSON.Member("limit", .integer(Int64(limit)))]
        func add(_ name: String, _ value: String?) { if let value { members.append(JSON.Member(name, .string(value))) } }
        add("cursor", cursor)
        add("since", since)
        add("until", until)
        if !unmatched {
            add("account", pool.accountName)
            add("tracking_number", number)
            add("source", source)
            add("outcome", outcome)
            add("destination_id", destination)
            if hidden { members.append(JSON.Member("show_hidden", true)) }
        }
        let request = JSON.object(members)
        let page = try await pool.withPool(common) { client in
            try await client.ask(ServiceName.callLog + (unmatched ? "/Unmatched" : "/ListCalls"), request)
        }
        json ? Terminal.say(page.text) : Self.show(page)
    }

    private static func show(_ page: JSON) {
        var table = TextTable(["started", "call", "to", "from", "earlier", "source", "outcome", "answered by", "talk s"], right: [4, 8])
        for call in page["calls"]?.array ?? [] {
            let cells = ["started_at", "call_id", "tracking_number", "caller_number", "prior_calls", "source", "outcome", "destination_id", "talk_seconds"]
            table.add(cells.map { call[$0]?.shown ?? "" })
        }
        table.show()
        let spam = page["hidden"]?["spam"]?.integer ?? 0
        let test = page["hidden"]?["test"]?.integer ?? 0
        if spam + test > 0 { Terminal.say("hidden: \(spam) spam, \(test) test (--hidden shows them)") }
        if let next = page["next"]?.string { Terminal.say("more: --cursor \(next)") }
    }
}

extension JSON {
    /// As it stands in a table: nothing for null, text without quotes.
    var shown: String {
        switch self {
        case .null: ""
        case .string(let text): text
        case .number(let value): value == value.rounded() ? String(Int64(value)) : String((value * 10).rounded() / 10)
        default: text
        }
    }
}
