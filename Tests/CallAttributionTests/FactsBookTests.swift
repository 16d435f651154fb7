import CallAttribution
import CallModel
import Testing

@Suite("The facts of a call's number")
struct FactsBookTests {
    private static func directory(account: String = "acme", name: String, number: String = "+12125550100", version: UInt64) throws -> Directory {
        try Directory(
            yaml: """
                account: \(account)
                name: Acme Roofing
                country: US
                time_zone: America/New_York
                missed_after_seconds: 20
                destinations:
                  - {id: a, number: "+12125550111", kind: landline}
                  - {id: b, number: "+12125550122", kind: landline}
                flows:
                  - {id: main, start: {dial: a}}
                numbers:
                  - {number: "\(number)", name: "\(name)", flow: main, assigned_to: {kind: campaign, value: spring}, source: {source: Billboard, medium: offline}}
                """, version: version)
    }

    private func book(_ directories: Directory...) -> FactsBook {
        let book = FactsBook()
        for directory in directories { book.take(directory) }
        return book
    }

    @Test("a routed call has the facts of the version it was routed by, whatever is newest")
    func pinnedByDecision() throws {
        let book = book(try Self.directory(name: "Old", version: 3), try Self.directory(name: "New", version: 4))
        let facts = try #require(book.facts(for: history([.exchange(route(connect("a")))]), pinned: nil))
        #expect(facts.trackingName == "Old")
        #expect(facts.directoryVersion == 3)
        #expect(facts.source == TrafficSource(source: "Billboard", medium: "offline"))
        #expect(facts.assignedTo == Assignment(kind: "campaign", value: "spring"))
        #expect(facts.missedAfterSeconds == 20)
        #expect(facts.flow == "main")
        #expect(facts.destinations == [])
        #expect(facts === book.facts(for: history([.exchange(route(connect("a")))]), pinned: nil))
    }

    @Test("a call known by its events has the newest facts when it is first seen, and keeps that version")
    func pinnedByFirstSight() throws {
        let book = book(try Self.directory(name: "Old", version: 3))
        let first = book.facts(for: history([.event(arrived())]), pinned: nil)
        #expect(first?.trackingName == "Old")
        book.take(try Self.directory(name: "New", version: 4))
        let later = try #require(book.facts(for: history([.event(arrived()), .event(answered("E1", "b", at: 5))]), pinned: first))
        #expect(later.trackingName == "Old")
        #expect(later.destinations == [.init(id: "b", number: "+12125550122")])
        #expect(book.facts(for: history([.event(arrived())]), pinned: nil)?.trackingName == "New")
    }

    @Test("the number that counts is the one told for the latest time, whatever came first")
    func redialled() throws {
        let two = try Directory(
            yaml: """
                account: acme
                country: US
                time_zone: America/New_York
                destinations: [{id: a, number: "+12125550111"}]
                flows: [{id: main, start: {dial: a}}, {id: other, start: {dial: a}}]
                numbers: [{number: "+12125550100", flow: main}, {number: "+12125550101", flow: other}]
                """, version: 1)
        let book = book(two)
        func arrival(_ to: String, _ at: Double) -> CallEvent { CallEvent(callID: "c1", kind: .arrived, at: after(at), to: to) }
        let (first, second, nobodys) = (arrival("+12125550101", 0), arrival("(212) 555-0100", 1), arrival("+12125559999", 2))
        for told in [[first, second], [second, first], [first, second, nobodys]] {
            var pinned: CallFacts?
            for count in 1...told.count { pinned = book.facts(for: history(told[..<count].map(Input.event)), pinned: pinned) }
            #expect(pinned?.trackingNumber == "+12125550100" && pinned?.flow == "main")
        }
    }

    @Test("a number is found in the account's own spelling, and nobody's number has no facts")
    func spelling() throws {
        let book = book(try Self.directory(name: "x", version: 1), try Self.directory(account: "other", name: "y", number: "+12125550101", version: 1))
        func facts(_ to: String) -> CallFacts? {
            book.facts(for: history([.event(CallEvent(callID: "c1", kind: .arrived, at: fiveToTwo, to: to))]), pinned: nil)
        }
        #expect(facts("(212) 555-0100")?.account == "acme")
        #expect(facts("212-555-0101")?.account == "other")
        #expect(facts("+12125559999") == nil)
        #expect(facts("anonymous") == nil)
        #expect(book.facts(for: history([.event(ended(by: "caller", at: 5))]), pinned: nil) == nil)
    }

    @Test("a decision on a directory that is not here yet keeps account and number")
    func notHereYet() throws {
        let facts = try #require(FactsBook().facts(for: history([.exchange(route(connect("a")))]), pinned: nil))
        #expect(facts.account == "acme")
        #expect(facts.trackingNumber == "+12125550100")
        #expect(facts.source == nil)
    }
}
