import ArgumentParser
import MessageClient
import MessageWire

extension DeadCommand {
    struct List: HouseCommand {
        static let configuration = CommandConfiguration(abstract: "List a service's dead requests, the oldest first, and why each died.")

        @OptionGroup var common: VerbosityOptions
        @OptionGroup var pool: PoolOptions

        @Argument(help: "The service's name, as `trunkline services` lists it.")
        var service: String

        @Option(name: .long, help: "How many at most, from 1 to 100000.")
        var limit = 100

        @Option(name: .long, help: "Go on where an earlier page ended: its `next`.")
        var after: String?

        @Flag(name: .long, help: "Print JSON.")
        var json = false

        func validate() throws {
            guard 1...100_000 ~= limit else { throw ValidationError("--limit \(limit): give a number from 1 to 100000, and go on with --after") }
        }

        func execute() async throws {
            if let after, UInt64(after) == nil {
                throw CommandFailure(.badInput, "--after \(after.prefix(80).description.onOneLine): what an earlier page gave as next is meant")
            }
            let page = try await pool.withPool(common) { client in try await client.dead(of: service, after: after, limit: limit) }
            guard !json else { return Terminal.say(page.json.text) }
            guard !page.letters.isEmpty else { return Terminal.say("\(service): no dead requests\(after == nil ? "" : " behind \(after ?? "")")") }
            var table = TextTable(["request", "method", "died at", "attempts", "failures", "losses", "status", "why"], right: [3, 4, 5])
            for letter in page.letters { table.add(Self.row(letter)) }
            table.show()
            if let next = page.next { Terminal.say("more: --after \(next)") }
        }

        private static func row(_ letter: JSON) -> [String] {
            let path = letter["path"]?.string ?? ""
            return [
                letter["request_id"]?.string ?? "", String(path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...]),
                TimeText.moment(letter["ended_at"]?.integer),
            ] + ["attempts", "failures", "losses"].map { String(letter[$0]?.integer ?? 0) } + [letter.statusName, letter.why]
        }
    }
}

/// Dead requests of one service, in the order of their deaths.
struct DeadPage: Sendable {
    var letters: [JSON] = []
    /// Where the next page begins; nil at the end.
    var next: String?

    /// As ListDead gives a page.
    var json: JSON { .object([JSON.Member("dead", .array(letters))] + (next.map { [JSON.Member("next", .string($0))] } ?? [])) }
}

extension MessageClient {
    /// As many as `limit`, in as many questions as that takes.
    func dead(of service: String, after: String?, limit: Int) async throws -> DeadPage {
        var page = DeadPage(next: after)
        repeat {
            // The most that the broker gives at once (wire.md §7).
            let limit = JSON.Member("limit", .integer(Int64(min(limit - page.letters.count, 1000))))
            let answer = try await admin(
                "ListDead", of: service, [limit] + (page.next.map { [JSON.Member("after", .string($0))] } ?? []), timeout: .seconds(30))
            page.letters += answer["dead"]?.array ?? []
            page.next = answer["next"]?.string
        } while page.next != nil && page.letters.count < limit
        return page
    }
}

extension JSON {
    /// Of a request as GetRequest tells it: the name of its last status.
    var statusName: String {
        guard let number = self["last_status"]?.integer else { return "" }
        return UInt8(exactly: number).flatMap { StatusCode(rawValue: $0) }?.name ?? String(number)
    }

    /// Of a request as GetRequest tells it: the broker's reason and, where that does not say it already, what the worker said last.
    var why: String {
        let (reason, message) = (self["reason"]?.string ?? "", self["last_message"]?.string ?? "")
        let parts = reason.contains(message) ? [reason] : [reason, message]
        return parts.filter { !$0.isEmpty }.joined(separator: ": ").onOneLine
    }
}
