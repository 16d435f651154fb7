import CallAttribution
import CallModel
import Testing

/// A call of +13125550142 to +12125550100, with what happens in it.
private func call(
    _ id: String, at start: Double, to number: String = "+12125550100", facts: CallFacts? = nil, answeredBy destination: String? = nil, after ring: Double = 5,
    talk: Double = 60, from: String = "+13125550142", isTest: Bool = false
) -> (record: CallRecord, facts: CallFacts) {
    let facts = facts ?? CallFacts(account: "acme", country: Country("US"), trackingNumber: number)
    var history = CallHistory(callID: id)
    _ = history.add(CallEvent(callID: id, kind: .arrived, at: after(start), isTest: isTest, to: number, from: from))
    if let destination {
        _ = history.add(CallEvent(callID: id, kind: .answered, at: after(start + ring), destinationID: destination))
        _ = history.add(CallEvent(callID: id, kind: .ended, at: after(start + ring + talk), endedBy: "caller"))
    }
    return (history.record(facts: facts), facts)
}

private func book(_ calls: [(record: CallRecord, facts: CallFacts)]) -> CallerBook {
    var book = CallerBook()
    for call in calls { book.note(call.record, facts: call.facts) }
    return book
}

private func question(
    _ id: String = "now", at start: Double, number: String = "+12125550100", scope: AccountSettings.RepeatScope = .account, days: Int = 365
) throws -> CallerQuestion {
    CallerQuestion(
        account: "acme", caller: try #require(PhoneNumber(e164: "+13125550142")), callID: id, startedAt: after(start), trackingNumber: number, scope: scope,
        windowDays: days)
}

private let day = 86_400.0

@Suite("A caller's past")
struct CallerBookTests {
    @Test("a call within the window is earlier, its edge included, and a millisecond more is not")
    func window() {
        let first = call("c1", at: 0)
        let edge = call("c2", at: 365 * day)
        let over = call("c3", at: 365 * day + 0.001)
        #expect(book([first, edge]).completed(edge.record, facts: edge.facts).priorCalls == 1)
        let alone = book([first, over]).completed(over.record, facts: over.facts)
        #expect(alone.priorCalls == 0)
        #expect(alone.firstTime == true)
        #expect(alone.repeatScope == .account)
        #expect(alone.repeatWindowDays == 365)
    }

    @Test("of two calls in one instant the smaller id is the earlier, whichever was told first")
    func ties() {
        let (one, two) = (call("c10", at: 0), call("c9", at: 0))
        for order in [[one, two], [two, one]] {
            let book = book(order)
            #expect(book.completed(one.record, facts: one.facts).priorCalls == 0)
            #expect(book.completed(two.record, facts: two.facts).priorCalls == 1)
        }
    }

    @Test("an older call that is told later corrects the later one")
    func correction() {
        let later = call("c2", at: 100)
        var book = book([later])
        #expect(book.completed(later.record, facts: later.facts).firstTime == true)
        let older = call("c1", at: -day)
        book.note(older.record, facts: older.facts)
        #expect(book.completed(later.record, facts: later.facts).priorCalls == 1)
        #expect(book.completed(older.record, facts: older.facts).firstTime == true)
    }

    @Test("under the scope of a tracking number only calls to it are earlier, each call by its own pinned setting")
    func scope() {
        let narrow = CallFacts(account: "acme", trackingNumber: "+12125550101", repeatScope: .trackingNumber, repeatWindowDays: 30)
        let other = call("c1", at: 0)
        let same = call("c2", at: day, to: "+12125550101")
        let asked = call("c3", at: 2 * day, to: "+12125550101", facts: narrow)
        let book = book([other, same, asked])
        #expect(book.completed(asked.record, facts: narrow).priorCalls == 1)
        #expect(book.completed(same.record, facts: same.facts).priorCalls == 1)
    }

    @Test("test calls count for nobody, and a withheld caller has no past")
    func nobody() {
        let test = call("t1", at: 0, answeredBy: "a", isTest: true)
        let withheld = call("c1", at: 10, from: "anonymous")
        let asked = call("c2", at: 20)
        let book = book([test, withheld, asked])
        #expect(book.completed(asked.record, facts: asked.facts).priorCalls == 0)
        let record = book.completed(withheld.record, facts: withheld.facts)
        #expect(record.priorCalls == nil)
        #expect(record.firstTime == nil)
    }

    @Test("routing hears who answered, the latest first, each destination once, and not the call itself")
    func answers() throws {
        let calls = [
            call("c1", at: 0, answeredBy: "a"), call("c2", at: 100, answeredBy: "b"), call("c3", at: 200, answeredBy: "a", after: 7),
            call("c4", at: 300, answeredBy: "c"),
        ]
        let book = book(calls)
        let past = book.past(try question("c4", at: 300))
        #expect(past.isFirstTime == false)
        #expect(past.answered == [.init(destinationID: "a", at: after(207)), .init(destinationID: "b", at: after(105))])
        #expect(past.converted.isEmpty)
        #expect(book.past(try question("c1", at: 0)).isFirstTime)
        #expect(book.past(try question(at: 400, number: "+12125550109", scope: .trackingNumber)).isFirstTime)
    }

    @Test("who answered a qualified call converted the caller, also where the rule asks for the caller's past")
    func converted() throws {
        let rule = QualifyRule(
            name: "new lead", combination: .all,
            conditions: [.init(field: .talkSeconds, test: .number(.atLeast, 60)), .init(field: .firstTime, test: .flag(true))])
        let facts = CallFacts(account: "acme", trackingNumber: "+12125550100", rules: [rule])
        let first = call("c1", at: 0, facts: facts, answeredBy: "a")
        let second = call("c2", at: 1000, facts: facts, answeredBy: "b")
        var book = book([first, second])
        #expect(book.past(try question(at: 2000)).converted.map(\.destinationID) == ["a"])
        let older = call("c0", at: -1000, facts: facts)
        book.note(older.record, facts: facts)
        #expect(book.past(try question(at: 2000)).converted.isEmpty)
        #expect(book.past(try question(at: 2000)).answered.map(\.destinationID) == ["b", "a"])
    }

    @Test("a call that turns out to be a test, or another caller's, leaves the past")
    func changed() throws {
        let known = call("c1", at: 0, answeredBy: "a")
        var book = book([known])
        #expect(book.past(try question(at: 10)).isFirstTime == false)
        let test = call("c1", at: 0, answeredBy: "a", isTest: true)
        book.note(test.record, facts: test.facts)
        #expect(book.past(try question(at: 10)) == CallerPast(isFirstTime: true))
    }
}
