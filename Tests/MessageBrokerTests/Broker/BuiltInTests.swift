import MessageBroker
import MessageWire
import Testing

/// wire.md §7: what the broker answers itself.
@Suite struct BuiltInTests {
    private func health(_ pool: TestPool, _ service: String) throws -> String? {
        let asker = pool.peer("asker", .front)
        asker.request(1, "grpc.health.v1.Health/Check", JSON.object([JSON.Member("service", .string(service))]).text)
        let response = try asker.only(.response)
        return response.status == 5 ? "NOT_FOUND" : response.json?["status"]?.string
    }

    @Test func `the broker serves until it drains, a service while a worker that is not draining has a session`() throws {
        let pool = TestPool()
        #expect(try health(pool, "") == "SERVING" && health(pool, "no.Such") == "NOT_FOUND")
        #expect(try health(pool, .echo) == "NOT_SERVING")
        let worker = try pool.worker("w", .echo)
        #expect(try health(pool, .echo) == "SERVING")
        _ = try pool.peer("admin", .front).ask("Pause", ["service": .string(.echo)])
        #expect(try health(pool, .echo) == "NOT_SERVING")
        _ = try pool.peer("admin", .front).ask("Resume", ["service": .string(.echo)])
        worker.send(Header(.drain))
        #expect(try health(pool, .echo) == "NOT_SERVING")
        pool.drain()
        #expect(try health(pool, "") == "NOT_SERVING")
    }

    @Test func `Status counts what is there`() throws {
        let pool = TestPool()
        let worker = try pool.worker("w", .jobs, credit: 3)
        let producer = pool.peer("p", .front)
        for number in 1...5 as ClosedRange<UInt64> { producer.request(number, .run) }
        let tasks = worker.take(.task)
        worker.done(tasks[0], status: 14)
        worker.term(tasks[1])
        pool.advance(by: 70)
        let status = try pool.peer("admin", .front).ask("Status")
        let wanted: [String: Int64] = ["epoch": 1, "uptime_ms": 70, "peers": 1, "services": 7, "ready": 2, "leased": 1, "delayed": 1, "dead": 1]
        for (name, value) in wanted { #expect(status[name]?.integer == value, "\(name)") }
        #expect(status["state"] == "serving" && status["broker"] == "test" && status["durability"] == "fsync")
        _ = try pool.peer("admin", .front).ask("Drain")
        #expect(try pool.peer("admin", .front).ask("Status")["state"] == "draining" && pool.isDraining)
    }

    @Test func `ListPeers tells of sessions, never of routing ids`() throws {
        let pool = TestPool()
        let worker = try pool.worker("secret-routing", .jobs, .echo, credit: 2)
        pool.peer("p", .front).request(1, .run)
        try worker.hello(.worker, services: [String.jobs, .echo], name: "n")
        try worker.credit(.jobs, 3)
        pool.advance(by: 40)
        let peers = try pool.peer("admin", .front).ask("ListPeers")
        let peer = try #require(peers["peers"]?.array?.first)
        #expect(peer["name"] == "n" && peer["instance"] == "1" && peer["role"] == "worker" && peer["services"] == [.string(.jobs), .string(.echo)])
        #expect(peer["leased"]?.integer == 1 && peer["credit"]?.integer == 2 && peer["idle_ms"]?.integer == 40)
        #expect(!peers.text.contains("secret-routing"))
    }

    @Test func `Explain names every reason why nothing moves`() throws {
        let pool = TestPool(.with(durable: { $0.maxInFlight = 1 }))
        let (producer, admin) = (pool.peer("p", .front), pool.peer("admin", .front))
        func reasons() throws -> [String] {
            try admin.ask("Explain", ["service": .string(.jobs)])["reasons"]?.array?.compactMap(\.string) ?? []
        }
        #expect(try reasons() == ["no_workers", "empty"])
        producer.request(1, .run, entries: [("ordering-key", "k")])
        producer.request(2, .run, entries: [("ordering-key", "k")])
        let worker = try pool.worker("w", .jobs)
        #expect(try reasons() == ["no_credit", "ordering_key"])
        try worker.credit(.jobs, 5)
        #expect(try reasons() == ["cap", "ordering_key"])
        worker.nack(try worker.only(.task), after: 250)
        let delayed = try admin.ask("Explain", ["service": .string(.jobs)])
        #expect(delayed["next_retry_ms"]?.integer == 250 && delayed["delayed"]?.integer == 1 && delayed["credit"]?.integer == 4)
    }

    @Test(arguments: [
        ("ListDead", "no json", 3), ("ListDead", "[]", 3), ("ListDead", "{}", 3), ("ListDead", #"{"service":"no.Such"}"#, 5),
        ("ListDead", #"{"service":"test.v1.Jobs","limit":0}"#, 3), ("ListDead", #"{"service":"test.v1.Jobs","limit":1001}"#, 3),
        ("ListDead", #"{"service":"test.v1.Jobs","limit":"x"}"#, 3), ("ListDead", #"{"service":"test.v1.Jobs","after":"x"}"#, 3),
        ("GetRequest", "{}", 3), ("GetRequest", #"{"request_id":"xyz"}"#, 3), ("GetRequest", #"{"request_id":"01900000000070000000000000000009"}"#, 5),
        ("ReadDead", #"{"request_id":"01900000000070000000000000000009"}"#, 5), ("ReplayDead", #"{"service":"test.v1.Jobs"}"#, 3),
        ("ReplayDead", #"{"service":"test.v1.Jobs","ids":["x"]}"#, 3), ("PurgeDead", #"{"service":"test.v1.Jobs","all":false}"#, 3),
        ("Pause", "{}", 3), ("Explode", "{}", 12), ("", "{}", 12),
    ] as [(String, String, UInt8)])
    func `a wrong question is refused, and leaves nothing open`(_ method: String, _ body: String, _ status: UInt8) throws {
        let pool = TestPool()
        let admin = pool.peer("admin", .front)
        admin.request(1, "trunkline.pool.v1.Admin/\(method)", body)
        #expect(try admin.only(.response).status == status)
        #expect(pool.census.open == 0 && pool.census.inquiries == 0)
    }

    @Test func `a durable TASK that a worker cannot take ends its session, and goes to another as the first attempt`() throws {
        let pool = TestPool()
        let stalled = try pool.worker("a", .jobs, credit: 9)
        stalled.state = .stalled
        pool.peer("p", .front).request(1, .run)
        let other = try pool.worker("b", .jobs, credit: 1)
        let task = try other.only(.task)
        #expect(task.header.attempt == 1 && !task.header.flags.contains(.redelivered))
        #expect(try listed(pool, .jobs)["workers"]?.integer == 1)
        #expect(pool.counters.drops[Counters.Drop.slowPeer.rawValue] == 1)
    }
}
