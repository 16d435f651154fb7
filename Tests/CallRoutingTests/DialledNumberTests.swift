import CallModel
import CallRouting
import Testing

@Suite("From the dialled number to the flow (directory.md §1)")
struct DialledNumberTests {
    @Test("a number that is nobody's is rejected as unknown_number, 404, under no account")
    func unknown() throws {
        let decision = try Acme.router(main: "{dial: a}").decide(Acme.call(to: "+12125559999"), at: Moment.wednesdayMorning)
        #expect(decision.cause == "unknown_number" && decision.sipStatus == "404")
        #expect(decision.account.isEmpty && decision.trackingNumber == "+12125559999")
    }

    @Test("the number may be dialled in any spelling of the account's country", arguments: ["2125550100", "(212) 555-0100", "1-212-555-0100", "+1 212 555 0100"])
    func spelling(dialled: String) throws {
        let decision = try Acme.router(main: "{dial: a}").decide(Acme.call(to: dialled), at: Moment.wednesdayMorning)
        #expect(decision.dialled == ["a"] && decision.trackingNumber == Acme.number)
    }

    @Test("a destination's own number is no tracking number")
    func destinationNumber() throws {
        #expect(try Acme.router(main: "{dial: a}").decide(Acme.call(to: "+12125550111"), at: Moment.wednesdayMorning).cause == "unknown_number")
    }

    @Test("a number out of use says which way", arguments: [("stopped", "number_stopped"), ("released", "number_released"), ("pending", "number_pending")])
    func states(state: String, cause: String) throws {
        let directory = try Acme.directory(main: "{dial: a}", numbers: "  - {number: \"\(Acme.number)\", state: \(state)}")
        let decision = Acme.router(directory).decide(Acme.call(), at: Moment.wednesdayMorning)
        #expect(decision.cause == cause && decision.sipStatus == "404" && decision.account == "acme")
    }

    @Test("a paused number routes as usual")
    func paused() throws {
        let directory = try Acme.directory(main: "{dial: a}", numbers: "  - {number: \"\(Acme.number)\", state: paused, flow: main}")
        #expect(Acme.router(directory).decide(Acme.call(), at: Moment.wednesdayMorning).dialled == ["a"])
    }

    @Test("a number without a flow: no_call_flow")
    func noFlow() throws {
        let directory = try Acme.directory(main: "{dial: a}", numbers: "  - {number: \"\(Acme.number)\"}")
        #expect(Acme.router(directory).decide(Acme.call(), at: Moment.wednesdayMorning).cause == "no_call_flow")
    }

    @Test("a blocked caller is turned away with 603 before anything is dialled", arguments: ["+13125550142", "3125550142", "+19005550123", "anonymous", ""])
    func blocked(caller: String) throws {
        let router = try Acme.router(main: "{dial: a}", more: "blocks: [{caller: \"(312) 555-0142\"}, {prefix: \"+1900\"}, {anonymous: true}]")
        let decision = router.decide(Acme.call(from: caller), at: Moment.wednesdayMorning)
        #expect(decision.cause == "blocked" && decision.sipStatus == "603" && decision.plan.isEmpty && decision.continuation.isEmpty)
        #expect(router.decide(Acme.call(from: "+14155550143"), at: Moment.wednesdayMorning).dialled == ["a"])
    }

    @Test("a stopped number is looked at before the caller")
    func stateFirst() throws {
        let directory = try Acme.directory(
            main: "{dial: a}", numbers: "  - {number: \"\(Acme.number)\", state: stopped, flow: main}", more: "blocks: [{caller: \"+13125550142\"}]")
        #expect(Acme.router(directory).decide(Acme.call(), at: Moment.wednesdayMorning).cause == "number_stopped")
    }

    @Test("the call's own time counts, not the worker's clock")
    func callTime() throws {
        let router = try Acme.router(main: "{schedule: office, open: {dial: a}, closed: {dial: b}}")
        var call = Acme.call()
        call.at = Moment.wednesdayEvening
        #expect(router.decide(call, at: Moment.wednesdayMorning).dialled == ["b"])
    }
}
