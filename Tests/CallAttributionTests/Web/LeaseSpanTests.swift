import CallAttribution
import CallModel
import Testing

@Suite("Whose number it was, by the leases that are known")
struct LeaseSpanTests {
    private func at(_ second: Int) -> Timestamp { Timestamp(milliseconds: Int64(second) * 1000) }

    private func span(_ visitor: String, _ start: Int, _ end: Int, overflow: Bool = false) -> LeaseSpan {
        LeaseSpan(visitor: visitor, start: at(start), end: at(end), isOverflow: overflow)
    }

    @Test("the start of a lease is covered, its end is not; nobody held it before the first")
    func bounds() {
        let spans = [span("v", 10, 20), span("w", 30, 40)]
        #expect(LeasedTo(spans, at: at(9)) == nil)
        #expect(LeasedTo(spans, at: at(10)) == .one("v"))
        #expect(LeasedTo(spans, at: at(20)) == .lastly("v"))
        #expect(LeasedTo(spans, at: at(39)) == .one("w"))
        #expect(LeasedTo(spans, at: at(99)) == .lastly("w"))
    }

    @Test("a number that is not shared has one holder: who was erased and came back is not two")
    func erased() {
        let spans = [span("erased-1", 0, 100), span("v", 20, 120), span("w", 30, 60, overflow: true)]
        #expect(LeasedTo(spans, at: at(10)) == .one("erased-1"))
        #expect(LeasedTo(spans, at: at(25)) == .one("v"))
        #expect(LeasedTo(spans, at: at(50)) == .several(["w", "v"]))
        #expect(LeasedTo(spans, at: at(110)) == .one("v"))
    }

    @Test("of several who share a number the most recently extended one is shown first, whatever came after the call")
    func shared() {
        let spans = [span("v", 0, 100, overflow: true), span("w", 10, 110, overflow: true), span("v", 20, 120, overflow: true), span("w", 90, 190, overflow: true)]
        #expect(LeasedTo(spans, at: at(15)) == .several(["w", "v"]))
        #expect(LeasedTo(spans, at: at(50)) == .several(["v", "w"]))
        #expect(LeasedTo(spans, at: at(150)) == .one("w"))
        #expect(LeasedTo(spans, at: at(190)) == .lastly("w"))
    }

    @Test("answers that overlap join to one lease, in any order and however often they come", arguments: 0..<UInt64(20))
    func joining(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let spans = [span("v", 0, 30), span("v", 20, 50), span("v", 45, 75), span("w", 80, 90), span("v", 100, 130), span("v", 130, 160)]
        var joined: [LeaseSpan] = []
        for span in (spans + spans).shuffled(using: &random) { joined.join(span) }
        #expect(Set(joined) == [span("v", 0, 75), span("w", 80, 90), span("v", 100, 130), span("v", 130, 160)])
        #expect(joined.count == 4)
    }
}
