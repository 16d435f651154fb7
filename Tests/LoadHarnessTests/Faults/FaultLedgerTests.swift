import LoadHarness
import Testing

@Suite("The ledger of a run with faults")
struct FaultLedgerTests {
    let ids = CallIDs(run: 7)

    /// Four calls: 0 and 1 answered, each with an accepted event, 2 answered without a record, 3 refused; all as it should be.
    private func ledger(_ more: ProducerNote...) -> FaultLedger {
        var ledger = FaultLedger(ids: ids)
        let notes: [ProducerNote] = [
            .sent(first: 0, count: 4), .answered(0), .answered(1), .unrecorded(2), .failed(3, "UNAVAILABLE"), .eventAccepted(0), .eventAccepted(1),
        ]
        for note in notes + more { ledger.note(note) }
        return ledger
    }

    private func found(_ ledger: inout FaultLedger, _ call: String, isEnded: Bool = true, from first: Int = 0) {
        ledger.found(call[...].utf8, isEnded: isEnded, from: first)
    }

    private func broken(_ ledger: FaultLedger) -> [FaultInvariant] { ledger.violations.map(\.invariant) }

    @Test("is content where every promised record and end is there, once")
    func content() {
        var ledger = ledger()
        for call in 0..<2 { found(&ledger, ids.text(call)) }
        found(&ledger, "somebody-else")
        ledger.check(from: 0)
        #expect(ledger.violations.isEmpty)
        #expect(ledger.answered == 2 && ledger.unrecorded == 1 && ledger.eventsAccepted == 2 && ledger.failures == ["call: UNAVAILABLE": 1])
        #expect(ledger.eventsAlone(from: 0).isEmpty)
    }

    @Test("finds a record that is missing, one that is there twice, an end that is not told, and records of nobody's call")
    func records() {
        var ledger = ledger()
        found(&ledger, ids.text(1), isEnded: false)
        found(&ledger, ids.text(2))
        found(&ledger, ids.text(2))
        found(&ledger, ids.text(4))
        found(&ledger, "load-00000007-x")
        ledger.check(from: 0)
        #expect(broken(ledger) == [.sent, .sent, .recorded, .events, .once])
        #expect(ledger.violations[2].text.contains(ids.text(0)))
    }

    @Test("finds an answer that came twice, to nobody, or to another call, and an event that was forgotten")
    func answers() {
        #expect(broken(ledger(.answered(0))) == [.answers])
        #expect(broken(ledger(.answered(4))) == [.answers])
        #expect(broken(ledger(.sent(first: 5, count: 1))) == [.answers])
        #expect(broken(ledger(.sent(first: 4, count: 1), .wrong(4, "the decision for another"))) == [.answers])
        #expect(broken(ledger(.forgotten(0))) == [.events])
    }

    @Test("finds that a limit was not kept, and counts anew after each look")
    func limits() {
        var ledger = ledger(.offered(0), .offered(1))
        ledger.checkLimit(2)
        #expect(ledger.violations.isEmpty)
        ledger.note(.offered(2))
        ledger.checkLimit(2)
        #expect(ledger.violations.isEmpty)
        for call in 0..<3 { ledger.note(.offered(call)) }
        ledger.checkLimit(2)
        #expect(broken(ledger) == [.limits])
    }

    @Test("asks a producer that lives for every outcome, and one that was killed for none")
    func outcomes() {
        var living = ledger(.sent(first: 4, count: 1))
        living.check(from: 4)
        #expect(broken(living) == [.answers])
        var killed = ledger(.sent(first: 4, count: 1))
        killed.endProducer()
        killed.check(from: 4)
        #expect(killed.violations.isEmpty && killed.unknown == 1)
    }

    @Test("asks for what is new, and for all of it again in the end")
    func again() {
        var ledger = ledger()
        for call in 0..<2 { found(&ledger, ids.text(call)) }
        ledger.check(from: 0)
        ledger.note(.sent(first: 4, count: 1))
        ledger.note(.answered(4))
        ledger.forgetRecords(from: 4)
        // The reading begins a little early.
        found(&ledger, ids.text(1), from: 4)
        found(&ledger, ids.text(4), from: 4)
        ledger.check(from: 4)
        #expect(ledger.violations.isEmpty)
        ledger.forgetRecords(from: 0)
        for call in [0, 0, 1, 4] { found(&ledger, ids.text(call)) }
        ledger.check(from: 0)
        #expect(broken(ledger) == [.once])
    }
}
