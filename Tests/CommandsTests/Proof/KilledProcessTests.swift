import Glibc
import MessageClient
import MessageWire
import Testing

extension Processes {
    /// reliability.md, promise 1: an answer is a record.
    @Suite("A pool whose processes are killed while calls flow")
    struct KilledProcessTests {
        @Test("Every call that was answered and every event that was accepted is recorded exactly once, and nothing is stuck", .timeLimit(.minutes(3)))
        func everyAnswerIsARecord() async throws {
            let seed = SeededDice.seed
            print("seed \(seed): TRUNKLINE_SEED=\(seed) plays this order again")
            var dice = SeededDice(seed: seed)
            let folder = try PoolFolder(tcp: true)
            var pool = try ScatteredPool(folder)
            try await folder.withClient { try await $0.waitForPool() }
            try await folder.apply()
            try pool.start(.producer)

            let traffic = CallTraffic(lanes: 8)
            try await folder.withClient { client in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { await traffic.run(client) }
                    let order = (1...3).flatMap { _ in ScatteredPool.Part.allCases.shuffled(using: &dice) }
                    for part in order {
                        await traffic.progress(by: .random(in: 20...100, using: &dice))
                        try await pool.replace(part)
                        await traffic.progress(by: 20)
                        try await pool.waitFor(part, client)
                    }
                    await traffic.progress(by: .random(in: 20...100, using: &dice))
                    // What is promised now lives in the broker's journal alone when the broker dies.
                    await pool.kill(.attribution)
                    await traffic.progress(by: .random(in: 50...150, using: &dice))
                    try await pool.replace(.broker)
                    await traffic.progress(by: 20)
                    try pool.start(.attribution)
                    try await pool.waitFor(.attribution, client)
                    await traffic.progress(by: .random(in: 20...100, using: &dice))
                    try await pool.replaceAll()
                    for part in ScatteredPool.Part.allCases { try await pool.waitFor(part, client) }
                    await traffic.progress(by: 20)
                    traffic.stop()
                    try await group.waitForAll()
                }
            }
            await pool.kill(.producer)
            try await folder.workedOff()

            let account = traffic.account
            let (producersAnswered, producersBegun) = pool.producersCalls
            let recorded = try await folder.withClient { try await CallLogPages(client: $0).callIDs() }
            let unique = Set(recorded)
            print("\(account.answered.count) calls and \(account.ended.count) events promised here, \(producersAnswered.count) calls to \(pool.producers.count) producers; not promised: \(account.failed)")
            #expect(recorded.count == unique.count, "recorded twice: \(recorded.count - unique.count)")
            #expect(account.answered.subtracting(unique).sorted().prefix(10) == [], "answered but not recorded")
            #expect(account.ended.subtracting(unique).sorted().prefix(10) == [], "accepted but not recorded")
            #expect(Set(producersAnswered).subtracting(unique).sorted().prefix(10) == [], "answered to a producer but not recorded")
            #expect(unique.subtracting(account.sent).subtracting(producersBegun).sorted().prefix(10) == [], "recorded but never sent")
            #expect(!producersAnswered.isEmpty && account.ended.count > 50)
            try await checkEvents(account, folder)
            try await checkRest(folder)
        }

        /// An accepted event is in its call's log exactly once.
        private func checkEvents(_ account: CallTraffic.Account, _ folder: PoolFolder) async throws {
            let wrong = try await folder.withClient { client in
                try await withThrowingTaskGroup(of: String?.self) { group in
                    for id in account.ended {
                        group.addTask {
                            let call = try? await client.answered("trunkline.v1.CallLog/GetCall", ["call_id": .string(id), "events": true])
                            let ended = call?["events"]?.array?.filter { $0["type"]?.string == "ended" } ?? []
                            return ended.count == 1 && call?["ended_at"]?.string != nil ? nil : id
                        }
                    }
                    return try await group.reduce(into: [String]()) { wrong, id in if let id { wrong.append(id) } }
                }
            }
            #expect(wrong.sorted().prefix(10) == [], "their one ended event is not there exactly once")
        }

        /// `trunkline status` shows a pool at rest; the directory's waiting readers are not work.
        private func checkRest(_ folder: PoolFolder) async throws {
            let status = try await folder.ask("status", "--json")
            let services = try #require(status.json?["services"]?.array)
            for service in services where service["name"]?.string != "trunkline.v1.Directory" {
                for state in ["ready", "leased", "delayed", "dead"] {
                    #expect(service[state]?.integer == 0, "\(state) of \(service["name"]?.string ?? "")")
                }
            }
            #expect(status.json?["broker"]?["dead"]?.integer == 0)
        }
    }
}
