import CallModel
import CallSimulation
import Testing

@Suite("A timeline played by a telephony front")
struct CallWalkTests {
    let start = "2026-06-03T14:05:00Z"

    func walk(_ rest: String) throws -> CallWalk {
        let timeline = try LiveTimeline(#"{"at": "\#(start)", "call": "c1", "to": "+12125550100", "from": "+13125550142", \#(rest)}"#)
        guard case .call(let walk) = try #require(timeline.entries.first) else { throw Missing() }
        return walk
    }

    struct Missing: Error {}

    func connect(_ numbers: String..., ring seconds: Int = 20, continuation: String = "next") -> RouteDecision {
        let targets = numbers.enumerated().map { Dial.Target(destinationID: "d\($0)", number: $1, kind: "landline") }
        var decision = RouteDecision(callID: "c1", action: .connect(Dial(targets: targets, ringSeconds: seconds)))
        decision.continuation = continuation
        return decision
    }

    func seconds(_ events: [CallEvent]) throws -> [Double] {
        let start = try #require(Timestamp(rfc3339: start))
        return events.map { $0.at.seconds(since: start) }
    }

    @Test("asks again when nobody answered, with what became of the phones, and tells the rest once somebody has")
    func walk() throws {
        var walk = try walk(#""phones": {"+12125550111": {"busy_after": 3}, "+12125550122": {"answer_after": 6, "talk": 60, "ended_by": "destination"}}"#)
        let inbound = walk.inbound
        let began = try #require(inbound.at)
        #expect(inbound.callID == "c1" && inbound.to == "+12125550100" && inbound.from == "+13125550142")

        let first = walk.follow(connect("+12125550111"), at: began)
        let ask = try #require(first.ask)
        #expect(first.events.isEmpty)
        #expect(ask.continuation == "next" && ask.attempts.map(\.result) == ["busy"] && ask.attempts.map(\.ringSeconds) == [3])
        #expect(ask.at == began.advanced(bySeconds: 3))

        let second = walk.follow(connect("+12125550122"), at: began.advanced(bySeconds: 3))
        #expect(second.ask == nil)
        #expect(second.events.map(\.kind) == [.attempt, .answered, .ended])
        #expect(try seconds(second.events) == [9, 9, 69])
        #expect(second.events.last?.endedBy == "destination")
        #expect(Set(second.events.map(\.eventID)).count == 3)
    }

    @Test("a caller who hangs up while it rings is told as one, and routing is not asked again")
    func hangUp() throws {
        var walk = try walk(#""hangs_up_after": 7"#)
        let began = try #require(walk.inbound.at)
        let stretch = walk.follow(connect("+12125550111", "+12125550122"), at: began)
        #expect(stretch.ask == nil)
        #expect(stretch.events.map(\.kind) == [.attempt, .attempt, .ended])
        #expect(stretch.events.compactMap(\.attempt?.result) == ["caller_hangup", "caller_hangup"])
        #expect(try seconds(stretch.events) == [7, 7, 7])
    }

    @Test("a message on our voicemail is told with its length, cut where the decision cuts it")
    func voicemail() throws {
        var walk = try walk(#""voicemail_seconds": 40"#)
        let decision = RouteDecision(callID: "c1", action: .voicemail(Voicemail(greeting: "", maxSeconds: 30)))
        let began = try #require(walk.inbound.at)
        let stretch = walk.follow(decision, at: began)
        #expect(stretch.events.map(\.kind) == [.voicemail, .ended])
        #expect(stretch.events.first?.durationSeconds == 30 && stretch.events.last?.endedBy == "platform")
    }

    @Test("keys are pressed at once, silence takes the time-out, and after the last entry there is only silence")
    func keys() throws {
        var walk = try walk(#""digits": ["7", ""], "hangs_up_after": 12"#)
        var gather = RouteDecision(callID: "c1", action: .gather(Gather(prompt: "", maxDigits: 1, timeoutSeconds: 5)))
        gather.continuation = "again"
        let began = try #require(walk.inbound.at)
        let pressed = try #require(walk.follow(gather, at: began).ask)
        #expect(pressed.digits == "7" && !pressed.noInput && pressed.at == began && pressed.continuation == "again")
        let silent = try #require(walk.follow(gather, at: began).ask)
        #expect(silent.noInput && silent.digits.isEmpty && silent.at == began.advanced(bySeconds: 5))
        let still = try #require(walk.follow(gather, at: began.advanced(bySeconds: 5)).ask)
        #expect(still.noInput && still.at == began.advanced(bySeconds: 10))
        let left = walk.follow(gather, at: began.advanced(bySeconds: 10))
        #expect(left.ask == nil && left.events.map(\.kind) == [.ended] && left.events[0].endedBy == "caller")
        #expect(left.events[0].at == began.advanced(bySeconds: 12))
    }

    @Test("lines that a pool takes by other commands are refused with their number")
    func otherLines() {
        #expect(throws: SimulationError(line: 2, "only calls, events and visits are played into a pool; use `trunkline simulate`")) {
            try LiveTimeline(
                """
                {"at": "2026-06-03T14:05:00Z", "event": {"call_id": "c1", "type": "ended"}}
                {"at": "2026-06-03T14:06:00Z", "set": {"schedule": "office", "manual": null}}
                """)
        }
    }
}
