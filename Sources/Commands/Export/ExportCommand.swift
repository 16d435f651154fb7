import ArgumentParser
import CallServices
import MessageClient
import MessageWire

/// `trunkline export`: records of any number to a file, and conversions to advertisers.
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write all records that match, as CSV or NDJSON; or conversions for an advertiser.",
        subcommands: [Calls.self, ConversionsCommand.self], defaultSubcommand: Calls.self)

    struct Calls: HouseCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write all records that match, the newest first (default).",
            discussion: """
                CSV is RFC 4180: CRLF, a header, a column for each field (first_touch.source for a field in a field); tags are joined by ";", \
                attempts, candidates and trace are JSON in their cell. Cells are exactly what the record says; --spreadsheet marks those that a \
                spreadsheet would run as a formula.
                """)

        @OptionGroup var common: VerbosityOptions
        @OptionGroup var pool: PoolOptions
        @OptionGroup(title: "Which calls") var filter: CallFilterOptions

        @Option(name: .long, help: "csv or ndjson (default: by the file's name, else ndjson).")
        var format: Format?

        @Option(name: .long, help: "The file; it is there once it is whole (default: standard output).")
        var output: String?

        @Flag(name: .long, help: "CSV for a spreadsheet: a byte order mark, and an apostrophe before what it would take for a formula.")
        var spreadsheet = false

        enum Format: String, ExpressibleByArgument, CaseIterable { case csv, ndjson }

        private var chosen: Format { format ?? (output?.lowercased().hasSuffix(".csv") == true || spreadsheet ? .csv : .ndjson) }

        func validate() throws {
            if spreadsheet, format == .ndjson { throw ValidationError("--spreadsheet is for CSV: leave --format ndjson away") }
        }

        func execute() async throws {
            var members = try filter.members()
            if let account = pool.accountName { members.append(JSON.Member("account", .string(account))) }
            let pages = CallPages(ServiceName.callLog + "/ListCalls", members)
            let (command, encoder) = (self, RecordEncoder(chosen, isForSpreadsheet: spreadsheet))
            try await interruptibly {
                // Opened first: a folder that is not there is known without the pool.
                let sink = try ExportSink(command.output)
                try await command.pool.withPool(command.common) { client in try await command.write(pages, encoder, sink, client) }
            }
        }

        /// In one request; a page is cut where it would not fit into a message.
        private static let pageLimit = 400

        private func write(_ pages: CallPages, _ encoder: RecordEncoder, _ sink: ExportSink, _ client: MessageClient) async throws {
            var (pages, encoder) = (pages, encoder)
            var count = 0
            try sink.write(encoder.header())
            repeat {
                let calls = try await pages.page(limit: Self.pageLimit, client)
                try Task.checkCancellation()
                try sink.write(encoder.rows(calls))
                count += calls.count
                Terminal.progress("\(count) calls, back to \(calls.last?["started_at"]?.string ?? "…")")
            } while !pages.isAtEnd
            try sink.finish()
            Terminal.endProgress()
            if let output, output != "-" { Terminal.complain("\(count) call\(count == 1 ? "" : "s") written to \(output)") }
            let (spam, test) = (pages.hidden?["spam"]?.integer ?? 0, pages.hidden?["test"]?.integer ?? 0)
            if spam + test > 0 { Terminal.complain("left out: \(spam) spam, \(test) test (--hidden takes them too)") }
        }
    }
}

/// Records as bytes of a file.
private struct RecordEncoder: Sendable {
    private let format: ExportCommand.Calls.Format
    private let isForSpreadsheet: Bool
    private var csv: CSVWriter

    init(_ format: ExportCommand.Calls.Format, isForSpreadsheet: Bool) {
        self.format = format
        self.isForSpreadsheet = isForSpreadsheet
        csv = CSVWriter(isForSpreadsheet: isForSpreadsheet)
    }

    mutating func header() -> [UInt8] {
        guard format == .csv else { return [] }
        csv.row(RecordColumns.names)
        return (isForSpreadsheet ? [0xEF, 0xBB, 0xBF] : []) + csv.take()
    }

    mutating func rows(_ calls: [JSON]) -> [UInt8] {
        guard format == .csv else { return calls.flatMap { $0.utf8 + [10] } }
        for call in calls { csv.row(RecordColumns.cells(call)) }
        return csv.take()
    }
}
