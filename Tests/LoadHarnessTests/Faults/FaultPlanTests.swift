import LoadHarness
import Testing

@Suite("A plan of faults")
struct FaultPlanTests {
    private func rounds(_ seed: UInt64, _ count: Int = 2_000) -> [FaultRound] {
        var plan = FaultPlan(seed: seed)
        return (0..<count).map { _ in plan.next() }
    }

    @Test("is the same for the same seed, and another for another")
    func seed() {
        #expect(rounds(7) == rounds(7))
        #expect(rounds(7, 20) != rounds(8, 20))
    }

    @Test("hits every process in every way, several at once, and sometimes for longer than three heartbeats")
    func variety() {
        let rounds = rounds(1)
        #expect(rounds.map(\.number) == Array(1...2_000))
        for fault in Fault.allCases {
            let alone = rounds.filter { $0.fault == fault && $0.parts.count == 1 }
            #expect(Set(alone.flatMap(\.parts)) == Set(FaultPart.allCases))
            #expect(rounds.contains { $0.fault == fault && $0.parts.count == 2 })
            #expect(rounds.contains { $0.fault == fault && Set($0.parts) == Set(FaultPart.allCases) })
        }
        #expect(rounds.contains { $0.fault == .stop && $0.milliseconds > 1_500 })
        #expect(rounds.allSatisfy { $0.answers > 0 && Set($0.parts).count == $0.parts.count })
    }
}

@Suite("A producer's note")
struct ProducerNoteTests {
    @Test(
        "is read as it was written",
        arguments: [
            ProducerNote.sent(first: 0, count: 16), .answered(7), .unrecorded(7), .wrong(7, "the decision for another call"), .failed(7, "UNAVAILABLE"),
            .eventFailed(7, "accepted, but not on disk"), .eventAccepted(7), .forgotten(7), .resting,
        ])
    func roundTrip(note: ProducerNote) {
        #expect(ProducerNote(note.line) == note)
    }

    @Test("of no known form is none", arguments: ["", "answered", "answered x", "answered -1", "sent 1", "sent 1 0", "sent 1 x", "hello 1"])
    func stranger(line: String) {
        #expect(ProducerNote(line) == nil)
    }
}
