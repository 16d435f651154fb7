import ArgumentParser
import CallServices
import Foundation
import MessageClient
import MessageWire

extension Advertiser: ExpressibleByArgument {}

/// `trunkline export conversions`: qualified calls with a click id, as an advertiser's upload takes them.
struct ConversionsCommand: HouseCommand {
    static let configuration = CommandConfiguration(
        commandName: "conversions", abstract: "Write conversions for an advertiser's offline upload.",
        discussion: """
            Qualified calls that came from a click of the advertiser; spam, tests and duplicates within conversion_dedupe_hours are left out. With \
            --since-last each is written once: what the file holds is marked as handed over after the file is on disk. Should the command be killed \
            between the two, the next one writes the same calls again, with the same ids and times, by which advertisers tell duplicates. Marks are \
            kept for each --name.
            """)

    @OptionGroup var common: VerbosityOptions
    @OptionGroup var pool: PoolOptions

    @Option(name: .customLong("for"), help: "Whose upload format: google, microsoft or meta.")
    var advertiser: Advertiser

    @Flag(name: .long, help: "Only those that no earlier --since-last has written.")
    var sinceLast = false

    @Option(name: .long, help: "The conversion's name in the advertiser's account (default: \"Qualified call\"; meta: \"Lead\").")
    var name: String?

    @Option(name: .long, help: "Time zone of the file's times, and of the dates (default: the account's).")
    var zone: String?

    @Option(name: .long, help: "Only calls from this day on (2026-06-03).")
    var from: String?

    @Option(name: .long, help: "Only calls up to this day, which is included.")
    var to: String?

    @Option(name: .long, help: "The file; it is there once it is whole (default: standard output).")
    var output: String?

    func execute() async throws {
        let command = self
        if sinceLast, let output, output != "-", FileManager.default.fileExists(atPath: output) {
            // It may be the only place where conversions stand that are marked already.
            throw CommandFailure(.io, "\(output): is there already, and may not be uploaded yet; name another file, or move that one")
        }
        try await interruptibly {
            let sink = try ExportSink(command.output)
            try await command.pool.withPool(command.common) { client in try await command.write(to: sink, client) }
        }
    }

    private var target: [JSON.Member] {
        let texts = [("for", advertiser.rawValue), ("name", name), ("account", pool.accountName)]
        return texts.compactMap { name, value in value.map { JSON.Member(name, .string($0)) } }
    }

    private static let pageLimit = 1000

    private func write(to sink: ExportSink, _ client: MessageClient) async throws {
        var upload = ConversionUpload(advertiser, name: name ?? advertiser.standardName, hasBraids: try await hasBraids(client))
        var cursor: JSON = .null
        var ids: [String] = []
        var isFirst = true
        repeat {
            let page = try await client.ask(ServiceName.callLog + "/ListConversions", request(cursor))
            try Task.checkCancellation()
            if isFirst { upload.begin(zone: page["zone"]?.string ?? "Etc/UTC") }
            isFirst = false
            for conversion in page["conversions"]?.array ?? [] where upload.add(conversion) { ids.append(conversion["call_id"]?.string ?? "") }
            try sink.write(upload.take())
            cursor = page["next"] ?? .null
            Terminal.progress("\(ids.count) conversions")
        } while cursor != .null
        try sink.finish()
        Terminal.endProgress()
        if sinceLast { try await mark(ids, client) }
        if let output, output != "-" { Terminal.complain("\(ids.count) conversion\(ids.count == 1 ? "" : "s") written to \(output)\(sinceLast ? ", and marked as handed over" : "")") }
    }

    private func request(_ cursor: JSON, limit: Int = Self.pageLimit, _ more: [JSON.Member] = []) -> JSON {
        let texts = [("from", from), ("to", to), ("zone", zone)]
        let range = texts.compactMap { name, value in value.map { JSON.Member(name, .string($0)) } }
        let paging = [JSON.Member("since_last", .bool(sinceLast)), JSON.Member("cursor", cursor), JSON.Member("limit", .integer(Int64(limit)))]
        return .object(target + range + paging + more)
    }

    /// Whether a call has one of Google's other marks, which need columns of their own.
    private func hasBraids(_ client: MessageClient) async throws -> Bool {
        guard advertiser == .google else { return false }
        for mark in ["gbraid", "wbraid"] {
            var cursor: JSON = .null
            repeat {
                let probe = request(cursor, limit: 100, [JSON.Member("gclid", false), JSON.Member(mark, true)])
                let page = try await client.ask(ServiceName.callLog + "/ListConversions", probe)
                if page["conversions"]?.array?.isEmpty == false { return true }
                cursor = page["next"] ?? .null
            } while cursor != .null
        }
        return false
    }

    private func mark(_ ids: [String], _ client: MessageClient) async throws {
        for start in stride(from: 0, to: ids.count, by: Self.pageLimit) {
            let some = ids[start..<min(start + Self.pageLimit, ids.count)].map { JSON.string($0) }
            _ = try await client.ask(ServiceName.callLog + "/MarkConversions", .object(target + [JSON.Member("call_ids", .array(some))]))
        }
    }
}
