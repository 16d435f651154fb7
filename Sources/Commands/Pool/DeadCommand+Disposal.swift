import ArgumentParser
import MessageClient
import MessageWire

extension DeadCommand {
    struct Replay: HouseCommand {
        static let configuration = CommandConfiguration(
            abstract: "Deliver dead requests again, behind all that waits.",
            discussion: "Their counters start again. Mend first what they died of: they would die again.")

        @OptionGroup var common: VerbosityOptions
        @OptionGroup var pool: PoolOptions
        @OptionGroup var chosen: ChosenDead

        func execute() async throws {
            let ids = try chosen.requestIDs
            let count = try await pool.withPool(common) { client in try await client.dispose(of: ids, chosen.service, by: "ReplayDead", told: "replayed") }
            try chosen.tell("replayed", count, of: ids)
        }
    }

    struct Purge: HouseCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give dead requests up for good.", discussion: "Their bodies are gone then. --all asks first, or needs --yes.")

        @OptionGroup var common: VerbosityOptions
        @OptionGroup var pool: PoolOptions
        @OptionGroup var chosen: ChosenDead

        @Flag(name: .long, help: "Do not ask.")
        var yes = false

        func execute() async throws {
            let ids = try chosen.requestIDs
            let count = try await pool.withPool(common) { client in
                if ids == nil, !yes { try await confirm(client) }
                return try await client.dispose(of: ids, chosen.service, by: "PurgeDead", told: "purged")
            }
            try chosen.tell("purged", count, of: ids)
        }

        private func confirm(_ client: MessageClient) async throws {
            let count = try await client.service(chosen.service).count("dead")
            guard count > 0 else { return }
            let question = "Purge all \(count) dead requests of \(chosen.service) for good? [y/N]"
            guard let answer = await Terminal.ask(question) else {
                throw CommandFailure(.usage, "purge --all would give up \(count) requests of \(chosen.service) for good; say --yes where nobody can be asked")
            }
            guard ["y", "yes"].contains(answer.lowercased()) else { throw CommandFailure(.failed, "nothing was purged; answer y, or say --yes") }
        }
    }
}

/// Which dead requests are meant.
struct ChosenDead: ParsableArguments {
    @Argument(help: "The service's name, as `trunkline services` lists it.")
    var service: String

    @Argument(help: "Ids of requests, as `trunkline dead list` lists them.")
    var ids: [String] = []

    @Flag(name: .long, help: "All of the service.")
    var all = false

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func validate() throws {
        guard ids.isEmpty == all else { throw ValidationError(all ? "--all means all: leave the ids away" : "name the requests' ids, or say --all") }
    }

    /// Each once; nil: all there are.
    var requestIDs: [RequestID]? {
        get throws(CommandFailure) {
            guard !all else { return nil }
            var seen: Set<RequestID> = []
            var unique: [RequestID] = []
            for text in ids {
                let id = try RequestID(given: text)
                if seen.insert(id).inserted { unique.append(id) }
            }
            return unique
        }
    }

    /// - Throws: `CommandFailure` where not all of those named were dead.
    func tell(_ verb: String, _ count: Int64, of ids: [RequestID]?) throws(CommandFailure) {
        Terminal.say(json ? JSON.object([JSON.Member(verb, .integer(count))]).text : "\(service): \(count) \(verb)")
        let missed = Int64(ids?.count ?? 0) - count
        guard ids != nil, missed > 0 else { return }
        throw CommandFailure(.failed, "\(missed) of \(ids?.count ?? 0) \(missed == 1 ? "is" : "are") not dead in \(service); see `trunkline dead list \(service)`")
    }
}

extension MessageClient {
    /// Replays or purges dead requests of a service; gives how many.
    ///
    /// - Parameter ids: nil: all there are.
    fileprivate func dispose(of ids: [RequestID]?, _ service: String, by method: String, told count: String) async throws -> Int64 {
        // One transaction of the journal, however many there are.
        let patience = Duration.seconds(60)
        guard let ids else {
            return try await admin(method, of: service, [JSON.Member("all", true)], timeout: patience)[count]?.integer ?? 0
        }
        var total: Int64 = 0
        for start in stride(from: 0, to: ids.count, by: 1000) {
            let some = ids[start..<min(start + 1000, ids.count)].map { JSON.string($0.hex) }
            total += try await admin(method, of: service, [JSON.Member("ids", .array(some))], timeout: patience)[count]?.integer ?? 0
        }
        return total
    }
}
