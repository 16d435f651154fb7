import CallAttribution
import CallModel
import Testing

@Suite("Of a caller's qualified calls within the hours one is a conversion (records.md §5)")
struct ConversionTests {
    private func call(_ id: String, hour: Double, hours: Int = 24) -> QualifiedCall {
        QualifiedCall(callID: id, startedAt: after(hour * 3600), dedupeHours: hours)
    }

    @Test("within the hours after one that counted none counts; after them the next does")
    func chain() {
        let calls = [call("a", hour: 0), call("b", hour: 23), call("c", hour: 24), call("d", hour: 30), call("e", hour: 47.9), call("f", hour: 48)]
        #expect(calls.conversions == ["a", "c", "f"])
        #expect(calls.reversed().conversions == calls.conversions)
    }

    @Test("with no hours every one counts, and an older one that comes late moves the chain")
    func late() {
        #expect([call("a", hour: 0, hours: 0), call("b", hour: 0, hours: 0)].conversions == ["a", "b"])
        let calls = [call("b", hour: 10), call("c", hour: 30)]
        #expect(calls.conversions == ["b"])
        #expect((calls + [call("a", hour: 0)]).conversions == ["a", "c"])
    }

    @Test("of two that begin at one moment the smaller id counts, and each call's own setting holds")
    func ties() {
        #expect([call("b", hour: 1), call("a", hour: 1)].conversions == ["a"])
        #expect([call("a", hour: 0), call("b", hour: 5, hours: 4), call("c", hour: 6, hours: 1)].conversions == ["a", "b", "c"])
    }
}
