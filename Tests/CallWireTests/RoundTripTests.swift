import CallModel
import CallWire
import Testing

@Suite("Messages survive their way over the wire")
struct RoundTripTests {
    @Test("a random InboundCall comes back as it went, in both forms", arguments: BodyForm.allCases)
    func calls(form: BodyForm) throws {
        var samples = Samples(seed: 1)
        for _ in 0..<300 {
            let call = samples.call()
            #expect(try InboundCall.read(call.body(form), form) == call)
        }
    }

    @Test("a random CallProgress comes back as it went, in both forms", arguments: BodyForm.allCases)
    func progress(form: BodyForm) throws {
        var samples = Samples(seed: 2)
        for _ in 0..<300 {
            let progress = samples.progress()
            #expect(try CallProgress.read(progress.body(form), form) == progress)
        }
    }

    @Test("a random CallEvent comes back as it went, in both forms", arguments: BodyForm.allCases)
    func events(form: BodyForm) throws {
        var samples = Samples(seed: 3)
        for _ in 0..<300 {
            let event = samples.event()
            #expect(try CallEvent.read(event.body(form), form) == event)
        }
    }

    @Test("a random RouteDecision comes back as it went, in both forms", arguments: BodyForm.allCases)
    func decisions(form: BodyForm) throws {
        var samples = Samples(seed: 4)
        for _ in 0..<300 {
            let decision = samples.decision()
            #expect(try RouteDecision.read(decision.body(form), form) == decision)
        }
    }

    @Test("random bytes are refused or read, and never end the process", arguments: BodyForm.allCases)
    func noise(form: BodyForm) throws {
        var samples = Samples(seed: 5)
        var refused = 0
        for _ in 0..<2000 {
            var body = try samples.decision().body(form)
            for _ in 0..<4 { body[Int(samples.next() % UInt64(body.count))] = UInt8(truncatingIfNeeded: samples.next()) }
            for read in [
                { _ = try RouteDecision.read(body, form) }, { _ = try CallEvent.read(body, form) },
            ] {
                do { try read() } catch is CallWireError { refused += 1 }
            }
        }
        #expect(refused > 2000)
    }
}
