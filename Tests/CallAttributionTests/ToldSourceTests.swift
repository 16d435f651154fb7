import CallAttribution
import CallModel
import Testing

@Suite("The source that a front with routing of its own tells")
struct ToldSourceTests {
    private static func arrival(_ attributes: [String: String], routedBy: String = "fallback") -> CallEvent {
        var event = arrived(routedBy: routedBy)
        event.attributes = attributes
        return event
    }

    private static func facts(source: TrafficSource? = nil, pool: CallFacts.Pool? = nil) -> CallFacts {
        CallFacts(account: "acme", country: Country("US"), trackingNumber: "+12125550100", source: source, pool: pool)
    }

    @Test("is shown where the number has none, and never instead of the number's own")
    func precedence() {
        let told = Self.arrival(["source": "google", "medium": "cpc", "campaign": "spring", "keyword": "", "gclid": "G1"])
        let pool = CallFacts.Pool(id: "website", source: TrafficSource(source: "Website"))
        #expect(record([told], facts: Self.facts(pool: pool)).source == TrafficSource(source: "google", medium: "cpc", campaign: "spring"))
        #expect(record([told], facts: Self.facts()).source?.source == "google")
        #expect(record([told], facts: Self.facts()).attribution == .none)
        #expect(record([told], facts: Self.facts(source: TrafficSource(source: "Radio"))).source == TrafficSource(source: "Radio"))
        #expect(record([Self.arrival(["medium": "cpc"])], facts: Self.facts(pool: pool)).source?.source == "Website")
    }

    @Test("stays when the caller is erased; his name goes, and a number in a word")
    func erased() {
        let told = Self.arrival(["source": "google", "medium": "cpc", "keyword": "call +1 312 555 0142", "caller_name": "Dana", "gclid": "G1"])
        var call = history([.event(told), .event(ended(by: "caller", at: 30))])
        let before = call.record(facts: Self.facts())
        #expect(before.callerName == "Dana" && before.source?.keyword == "call +1 312 555 0142")
        _ = call.erase(Erasure(of: before, isConversion: false, person: -1, at: after(99), salt: .open))
        let left = call.record(facts: Self.facts())
        #expect(left.source == TrafficSource(source: "google", medium: "cpc") && left.callerName == nil && left.callerNumber == nil)
        #expect(call.events.first?.attributes == ["source": "google", "medium": "cpc", "keyword": ""])
    }

    @Test("comes with the caller's name, where no exchange has one")
    func name() {
        #expect(record([Self.arrival(["caller_name": "Dana Fisher"])], facts: Self.facts()).callerName == "Dana Fisher")
        #expect(record([Self.arrival(["caller_name": ""])], facts: Self.facts()).callerName == nil)
    }

    @Test("makes no certain attribution, and leaves a pool's number without a session")
    func certainty() {
        let call = record([Self.arrival(["source": "google"])], facts: Self.facts(pool: CallFacts.Pool(id: "website", source: nil)))
        #expect(call.attribution == .none && call.poolNumberWithoutSession && call.web == nil)
    }
}
