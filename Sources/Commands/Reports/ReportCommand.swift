import ArgumentParser
import CallAttribution
import CallServices
import MessageBroker
import MessageClient
import MessageWire

/// `trunkline report BY`: calls summed up by what they came from, where they went, or when (records.md §6).
struct ReportCommand: HouseCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Calls summed up: by source, by destination, by hour, …",
        discussion: """
            BY is one of source, medium, campaign, keyword, landing_page, tracking_number, destination, pool, outcome, attribution, hour_of_day, weekday; \
            or a series of time: hour, day, week, month. Days are of the zone, both ends included. Test calls and spam are left out.
            """)

    @OptionGroup var common: VerbosityOptions
    @OptionGroup var pool: PoolOptions

    @Argument(help: "What the rows are by.")
    var by: String

    @Option(name: .long, help: "The first day, as 2026-06-01.")
    var from: String?

    @Option(name: .long, help: "The last day; today where only --from is given.")
    var to: String?

    @Option(name: .long, help: "A whole month, as 2026-06.")
    var month: String?

    @Option(name: .long, help: "The last days, weeks or months up to today: 30d, 4w, 3m.")
    var last: String?

    @Option(name: .long, help: "The time zone of days and hours (default: the account's).")
    var zone: String?

    @Option(name: .long, help: "Which touch a call counts for: recorded (default), first_touch, last_touch, split.")
    var model: String?

    @Flag(name: .long, help: "Beside the period before, of as many days.")
    var compare = false

    @Option(name: .long, help: "How many rows of a dimension; the others become one (default: 40 in a table, all elsewhere).")
    var top: Int?

    @Option(name: .customLong("where"), help: ArgumentHelp("Only calls where a field is so: outcome=missed, 'talk_seconds >= 60', 'medium != cpc'. All given hold.", valueName: "condition"))
    var conditions: [String] = []

    @Flag(name: .long, help: "Print CSV (RFC 4180), one line a row.")
    var csv = false

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @Option(name: .long, help: "Also draw it into this SVG file.")
    var plot: String?

    func validate() throws {
        guard ReportGrouping(grouping) != nil else {
            let meant = NearestWord.nearest(to: grouping, among: ReportGrouping.words).map { "did you mean \($0)? " } ?? ""
            throw ValidationError("\(by): \(meant)A report is by one of \(ReportGrouping.words.joined(separator: ", "))")
        }
        if csv, json { throw ValidationError("--csv and --json: give one of them") }
        if let top, top < 1 { throw ValidationError("--top \(top): give 1 or more") }
    }

    /// As the service spells it.
    private var grouping: String { by.replacing("-", with: "_") }

    func execute() async throws {
        let members = try question()
        let report = try await pool.withPool(common) { client in try await ReportDocument.ask(client, members) }
        if let plot { try Files.write(ReportPlot(report).svg, to: plot) }
        if json {
            Terminal.say(report.json.text)
        } else if csv {
            try Terminal.hand(over: Array(ReportCSV(report).text.utf8))
        } else {
            ReportTable(report).show()
            if let plot { Terminal.note("drawn into \(plot)") }
        }
    }

    private func question() throws(CommandFailure) -> [JSON.Member] {
        let given = [
            ("account", pool.accountName), ("from", from), ("to", to), ("month", month), ("last", last), ("zone", zone), ("model", model),
        ]
        var members = [JSON.Member("by", .string(grouping))]
        members += given.compactMap { name, value in value.map { JSON.Member(name, .string($0)) } }
        if compare { members.append(JSON.Member("compare", true)) }
        if let top = top ?? (csv || json ? nil : 40) { members.append(JSON.Member("top", .integer(Int64(top)))) }
        for condition in conditions {
            let (field, test) = try CallFilterOptions.field(condition)
            if let place = members.firstIndex(where: { $0.name == field }) {
                members[place].value = .array((members[place].value.array ?? [members[place].value]) + [test])
            } else {
                members.append(JSON.Member(field, test))
            }
        }
        return members
    }
}
