import ArgumentParser
import CallServices
import MessageClient
import MessageWire

/// `trunkline calls`: the call log.
struct CallsCommand: HouseCommand {
    static let configuration = CommandConfiguration(
        commandName: "calls", abstract: "List calls, the newest first.",
        discussion: """
            Every field that a record has one value of can be asked for with --where, and its tags and flags; `trunkline call show` shows their names. Of \
            times ask with --from, --to, --since and --until. A field without a value is neither equal to one nor different from it: '!medium' finds those.
            """)

    @OptionGroup var common: VerbosityOptions
    @OptionGroup var pool: PoolOptions
    @OptionGroup(title: "Which calls") var filter: CallFilterOptions

    @Option(name: .long, help: "How many calls at most (default: 20).")
    var limit: Int?

    @Flag(name: .long, help: "All of them, however many.")
    var all = false

    @Option(name: .long, help: "Go on where an earlier page ended: its `next`.")
    var cursor: String?

    @Flag(name: .long, help: "Calls to numbers that belong to no account, with what was told of each.")
    var unmatched = false

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func validate() throws {
        if all, limit != nil { throw ValidationError("--all and --limit: give one of them") }
    }

    func execute() async throws {
        var members = try filter.members()
        if !unmatched, let account = pool.accountName { members.append(JSON.Member("account", .string(account))) }
        let pages = CallPages(ServiceName.callLog + (unmatched ? "/Unmatched" : "/ListCalls"), members, cursor: cursor)
        var printer: any CallPrinter = json ? CallDocument() : CallTable(isUnmatched: unmatched)
        try await pool.withPool(common) { client in try await list(pages, &printer, client) }
    }

    /// In one request at most; a page is cut where it would not fit into a message.
    private static let pageLimit = 400

    private func list(_ pages: CallPages, _ printer: inout any CallPrinter, _ client: MessageClient) async throws {
        var pages = pages
        var missing = all ? Int.max : limit ?? 20
        repeat {
            let calls = try await pages.page(limit: min(missing, Self.pageLimit), client)
            missing -= calls.count
            printer.add(calls)
            // A filter that little passes has many pages without a call.
            if missing > 0, !pages.isAtEnd { Terminal.progress("…") }
        } while missing > 0 && !pages.isAtEnd
        Terminal.endProgress()
        printer.end(next: pages.next, hidden: pages.hidden ?? .null)
    }
}
