import CallAttribution
import CallModel
import Testing

@Suite("A person's word (records.md §5)")
struct PersonsWordTests {
    private func word(_ id: String, at: Double, _ word: PersonsWord) -> Input { .word(SaidWord(id: id, at: after(at), word: word)) }

    private func event(_ kind: CallEvent.Kind, at: Double, _ change: (inout CallEvent) -> Void) -> Input {
        var event = CallEvent(callID: "c1", kind: kind, at: after(at), eventID: "\(kind)-\(at)")
        change(&event)
        return .event(event)
    }

    @Test("the latest word of each field wins over earlier words and events, in any order of arrival")
    func latest() {
        let inputs = [
            .event(arrived()), event(.note, at: 5) { $0.note = "told" }, event(.tagged, at: 6) { $0.tags = ["a", "b"] },
            event(.value, at: 7) { ($0.amount, $0.currency) = ("5", "USD") }, word("w1", at: 10, PersonsWord(qualified: .yes, note: "said", value: "12.50", spam: true)),
            word("w2", at: 20, PersonsWord(qualified: .no, tags: ["vip"])),
        ]
        for order in [inputs, inputs.reversed(), [inputs[5], inputs[0], inputs[4], inputs[2], inputs[1], inputs[3]]] {
            let record = record(order)
            #expect(record.note == "said" && record.tags == ["vip"] && record.value == "12.50" && record.currency == "USD")
            #expect(record.qualified == false && record.spam)
            #expect(record.revision == 6)
        }
    }

    @Test("an event of a later moment wins, one of the same moment does not")
    func event() {
        let said = word("w1", at: 10, PersonsWord(note: "said"))
        #expect(record([.event(arrived()), said, event(.note, at: 10) { $0.note = "told" }]).note == "said")
        #expect(record([.event(arrived()), said, event(.note, at: 11) { $0.note = "told" }]).note == "told")
    }

    @Test("what is said and empty takes away; what is not said stays")
    func taken() {
        let before: [Input] = [
            .event(arrived()), event(.tagged, at: 1) { $0.tags = ["a"] }, event(.note, at: 1) { $0.note = "told" },
            event(.value, at: 1) { ($0.amount, $0.currency) = ("5", "USD") },
        ]
        let record = record(before + [word("w1", at: 2, PersonsWord(tags: [], value: "", currency: ""))])
        #expect(record.tags == [] && record.value == nil && record.currency == nil && record.note == "told")
    }

    @Test("auto gives the judgement back to the rules")
    func auto() {
        let rule = QualifyRule(name: "any", combination: .any, conditions: [RecordCondition(field: .outcome, test: .text("answered"))])
        var record = record(answeredBySecond.map(Input.event) + [word("w1", at: 200, PersonsWord(qualified: .no)), word("w2", at: 300, PersonsWord(qualified: .auto))])
        record.complete(priorCalls: 0, rules: [rule])
        #expect(record.qualified == true && record.qualifiedRule == "any")
    }

    @Test("the same word told twice is one; of two at one moment the larger id decides")
    func repeated() {
        let (a, b) = (word("a", at: 1, PersonsWord(note: "a")), word("b", at: 1, PersonsWord(note: "b")))
        #expect(record([.event(arrived()), a, b, a]).note == "b")
        #expect(record([.event(arrived()), b, a, b]).note == "b")
        #expect(record([.event(arrived()), a, b, a]).revision == 3)
    }
}
