import CallModel
import CallRouting
import CallServices
import MessageWire
import Synchronization
import Testing

@Suite("Live calls: any number of routing workers share limits, rotation and the one winner of a call")
struct LiveCallsServiceTests {
    private static func document(max: Int = 1, start: String = "{sequential: [scarce, desk]}") -> String {
        """
        account: acme
        name: Acme Roofing
        country: US
        time_zone: America/New_York
        live_state_unknown: skip
        destinations:
          - {id: scarce, number: "+12125550111", kind: landline, limits: [{max: \(max), per: day}, {max: 50, per: concurrent}]}
          - {id: desk, number: "+12125550112", kind: landline}
          - {id: cell, number: "+12125550113", kind: mobile}
        flows:
          - {id: main, start: \(start)}
        numbers:
          - {number: "+12125550100", name: Billboard, state: active, flow: main}
        """
    }

    @Test("With one slot left, of many calls at once to several routing workers one gets it", arguments: [1, 3, 10])
    func oneSlot(max: Int) async throws {
        let document = Self.document(max: max)
        let pool = try LivePool(document: document)
        let routers = try (0..<4).map { _ in try pool.router(document) }
        let offered = try await withThrowingTaskGroup(of: [String].self) { group in
            for call in 0..<60 {
                group.addTask { try await routers[call % routers.count].route("c\(call)").targets }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(offered.count { $0 == "scarce" } == max)
        #expect(offered.count { $0 == "desk" } == 60 - max)
    }

    @Test("Whatever fails and whoever restarts at any commit, no more than max calls are sent there, and a resend gets what was answered", arguments: 0..<20 as Range<UInt64>)
    func restarts(seed: UInt64) async throws {
        let dice = Mutex(Dice(state: seed))
        let document = Self.document(max: 5)
        let pool = try LivePool(document: document)
        let routers = try (0..<3).map { _ in try pool.router(document) }
        pool.disk.decide {
            dice.withLock { dice in
                if Int.random(in: 0..<3, using: &dice) > 0 { return .stored }
                return LiveDisk.Fate.allCases.randomElement(using: &dice) ?? .stored
            }
        }
        // As known to a front: what it was told first, with the live state known.
        var told: [String: [String]] = [:]
        var scarce: Set<String> = []
        for _ in 0..<300 {
            let (call, router, isKilled) = dice.withLock { dice in
                ("c\(Int.random(in: 0..<40, using: &dice))", Int.random(in: 0..<3, using: &dice), Int.random(in: 0..<10, using: &dice) == 0)
            }
            if isKilled { try pool.restart() }
            let decision = try await routers[router].route(call)
            if decision.targets == ["scarce"] { scarce.insert(call) }
            if decision.trace.contains(where: { $0.reason == "live_state_unknown" }) { continue }
            #expect(told[call, default: decision.targets] == decision.targets, "\(call) was answered otherwise before")
            told[call] = decision.targets
        }
        pool.disk.decide { .stored }
        try pool.restart()
        for call in 0..<40 where try await routers[0].route("c\(call)").targets == ["scarce"] { scarce.insert("c\(call)") }
        #expect(scarce.count == 5)
    }

    @Test("A slot that is given back is taken by the next call, also after a restart")
    func givenBack() async throws {
        let document = Self.document(max: 100).replacing("max: 50", with: "max: 1")
        let pool = try LivePool(document: document)
        let router = try pool.router(document)
        #expect(try await router.route("c1").targets == ["scarce"])
        #expect(try await router.route("c2").targets == ["desk"])
        try pool.restart()
        #expect(try await router.route("c3").targets == ["desk"])
        try pool.hear(CallEvent(callID: "c1", kind: .ended, at: LivePool.now.advanced(bySeconds: 9)))
        #expect(try await router.route("c4", at: LivePool.now.advanced(bySeconds: 10)).targets == ["scarce"])
    }

    @Test("A call without an end gives its slot back after max_call_seconds")
    func overdue() async throws {
        let document = Self.document(max: 100).replacing("max: 50", with: "max: 1")
        let pool = try LivePool(document: document)
        let router = try pool.router(document)
        #expect(try await router.route("c1").targets == ["scarce"])
        pool.advance(bySeconds: 14_399)
        #expect(try await router.route("c2", at: LivePool.now.advanced(bySeconds: 14_399)).targets == ["desk"])
        try pool.restart()
        pool.advance(bySeconds: 2)
        #expect(try await router.route("c3", at: LivePool.now.advanced(bySeconds: 14_401)).targets == ["scarce"])
    }

    @Test("Rotation goes on over workers and restarts: half to each, one after the other")
    func rotation() async throws {
        let document = Self.document(start: "{weighted: {desk: 50, cell: 50}}")
        let pool = try LivePool(document: document)
        let routers = try (0..<2).map { _ in try pool.router(document) }
        var order: [String] = []
        for call in 0..<20 {
            if call % 7 == 0 { try pool.restart() }
            order += try await routers[call % 2].route("c\(call)").targets
        }
        #expect(order == (0..<20).map { $0 % 2 == 0 ? "desk" : "cell" })
    }

    @Test("Once a call is answered or over, a late timeout at another worker dials nobody, after a restart too")
    func oneWinner() async throws {
        let document = Self.document()
        let pool = try LivePool(document: document)
        let routers = try (0..<2).map { _ in try pool.router(document) }
        for (call, event) in [("c1", CallEvent.Kind.answered), ("c2", .ended)] {
            let first = try await routers[0].route(call)
            var told = CallEvent(callID: call, kind: event, at: LivePool.now.advanced(bySeconds: 5))
            if event == .answered { told.destinationID = first.targets.first ?? "" }
            try pool.hear(told)
            try pool.restart()
            let progress = CallProgress(
                callID: call, continuation: first.continuation, at: LivePool.now.advanced(bySeconds: 26),
                attempts: first.targets.map { AttemptReport(destinationID: $0, result: "no_answer", ringSeconds: 25) })
            #expect(try await routers[1].proceed(progress).cause == "call_over")
        }
    }

    @Test("Limits tells what is used of each and when it begins anew; ResetLimits sets it back")
    func limits() async throws {
        let document = Self.document(max: 2)
        let pool = try LivePool(document: document)
        let router = try pool.router(document)
        for call in 0..<3 { _ = try await router.route("c\(call)") }
        let limits = try #require(try pool.json("Limits", [:])?["limits"]?.array)
        #expect(limits.map { $0["destination_id"]?.string } == ["scarce", "scarce"])
        #expect(limits.map { $0["used"]?.integer } == [2, 2])
        #expect(limits.map { $0["max"]?.integer } == [2, 50])
        // The call is at 14:05 on the third of June, by New York's clock four hours less.
        #expect(limits[0]["resets_at"]?.string?.hasPrefix("2026-06-04T04:00:00") == true)
        #expect(limits[1]["resets_at"] == .null)
        #expect(try pool.json("ResetLimits", ["destination_id": "scarce"])?["account"]?.string == "acme")
        #expect(try pool.json("Limits", ["account": "acme"])?["limits"]?.array?.map { $0["used"]?.integer } == [0, 2])
        try pool.restart()
        #expect(try await router.route("c9").targets == ["scarce"])
    }

    @Test("Requests that name nothing there is are refused with what there is")
    func refused() throws {
        let pool = try LivePool(document: Self.document())
        let cases: [(String, String, StatusCode)] = [
            ("Limits", #"{"account":"nobody"}"#, .notFound), ("ResetLimits", #"{"destination_id":"nobody"}"#, .notFound),
            ("ResetLimits", "{}", .invalidArgument), ("Limits", #"{"acount":"acme"}"#, .invalidArgument), ("Limits", "x", .invalidArgument),
            ("Ask", "{}", .invalidArgument), ("Guess", "{}", .unimplemented),
        ]
        for (method, body, status) in cases {
            guard case .failure(let error) = pool.request(method, Array(body.utf8)) else {
                Issue.record("\(method) \(body) was not refused")
                continue
            }
            #expect(error.status == status)
            #expect(!error.message.isEmpty)
        }
    }
}

/// SplitMix64: a seed gives the same throws again.
private struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
