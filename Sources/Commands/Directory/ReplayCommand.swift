import ArgumentParser
import CallModel
import CallServices
import CallSimulation
import MessageClient
import MessageWire

/// `trunkline replay`: recorded calls against a draft (directory.md §5).
struct ReplayCommand: HouseCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Run recorded calls through a draft of the directory: which would have gone elsewhere.",
        discussion: """
            Limits, rotation and callers' pasts begin with the first call replayed. A destination that was not dialled then answers as the \
            one who answered did, and rings in vain where nobody did.
            """)

    @OptionGroup var common: VerbosityOptions
    @OptionGroup var pool: PoolOptions

    @Option(name: .long, help: "Calls from this time on (RFC 3339).")
    var since: String

    @Option(name: .long, help: "Calls before this time (RFC 3339); default: up to now.")
    var until: String?

    @Option(name: .long, help: "The draft (YAML or JSON).")
    var directory: String

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    private static let pageSize: Int64 = 500

    func execute() async throws {
        let draft = try CheckCommand.validate(try Files.text(directory), directory)
        let account = pool.accountName ?? draft.account
        guard account == draft.account else {
            throw CommandFailure(.badInput, "\(directory) is of account \(draft.account), the calls asked for are of \(account); give the draft of the same account")
        }
        let replay = try await pool.withPool(common) { client in try await recorded(account, client) }
        let differences: [Replay.Difference]
        do throws(SimulationError) {
            differences = try replay.differences(in: draft)
        } catch {
            throw CommandFailure(.badInput, "\(directory): \(error.message)")
        }
        json ? Terminal.say(Self.json(differences, of: replay)) : Self.show(differences, of: replay)
    }

    private func recorded(_ account: String, _ client: MessageClient) async throws -> Replay {
        var replay = Replay()
        var cursor: JSON?
        repeat {
            var members = [
                JSON.Member("account", .string(account)), JSON.Member("since", .string(since)), JSON.Member("limit", .integer(Self.pageSize)),
                JSON.Member("show_hidden", true),
            ]
            if let until { members.append(JSON.Member("until", .string(until))) }
            if let cursor { members.append(JSON.Member("cursor", cursor)) }
            let page = try await client.ask(ServiceName.callLog + "/ListCalls", .object(members))
            for call in page["calls"]?.array ?? [] {
                if let record = DocumentValue(json: call.text) { replay.add(record) }
            }
            cursor = page["next"]?.string.map { .string($0) }
            Terminal.progress("\(replay.count) calls read")
        } while cursor != nil
        Terminal.endProgress()
        return replay
    }

    private static func show(_ differences: [Replay.Difference], of replay: Replay) {
        if !differences.isEmpty {
            var table = TextTable(["started", "call", "to", "went to", "would go to"])
            for one in differences { table.add([one.startedAt.rfc3339, one.callID, one.trackingNumber, one.was, one.wouldBe]) }
            table.show()
        }
        let leftOut = replay.leftOut == 0 ? "" : "; \(replay.leftOut) tests and unfinished calls left out"
        Terminal.say("\(differences.count) of \(replay.count) calls would have gone elsewhere, \(replay.count - differences.count) would not\(leftOut)")
    }

    private static func json(_ differences: [Replay.Difference], of replay: Replay) -> String {
        var json = JSONWriter()
        json.object { json in
            json.key("elsewhere")
            json.array(differences) { json, one in
                json.object { json in
                    json.key("call_id"); json.text(one.callID)
                    json.key("started_at"); json.time(one.startedAt)
                    json.key("tracking_number"); json.text(one.trackingNumber)
                    json.key("was"); json.text(one.was)
                    json.key("would_be"); json.text(one.wouldBe)
                }
            }
            json.key("same"); json.integer(replay.count - differences.count)
            json.key("left_out"); json.integer(replay.leftOut)
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
