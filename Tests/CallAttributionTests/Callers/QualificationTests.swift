import CallAttribution
import CallModel
import Testing

private func rule(_ name: String, all conditions: (RecordField, RecordCondition.Test)...) -> QualifyRule {
    QualifyRule(name: name, combination: .all, conditions: conditions.map { RecordCondition(field: $0.0, test: $0.1) })
}

private func rule(_ name: String, any conditions: (RecordField, RecordCondition.Test)...) -> QualifyRule {
    QualifyRule(name: name, combination: .any, conditions: conditions.map { RecordCondition(field: $0.0, test: $0.1) })
}

private func judged(_ rules: [QualifyRule], priorCalls: Int? = 0, _ inputs: [CallEvent] = answeredBySecond) -> CallRecord {
    var record = record(inputs)
    record.complete(priorCalls: priorCalls, rules: rules)
    return record
}

@Suite("Qualification")
struct QualificationTests {
    @Test("no rules infer nothing; rules of which none holds say no")
    func none() {
        #expect(judged([]).qualified == nil)
        let record = judged([rule("long", all: (.talkSeconds, .number(.atLeast, 61)))])
        #expect(record.qualified == false)
        #expect(record.qualifiedRule == nil)
    }

    @Test("all must hold, or one of any; the first rule that holds names itself")
    func combination() {
        let lead = rule("lead", all: (.talkSeconds, .number(.atLeast, 60)), (.firstTime, .flag(true)), (.outcome, .text("answered")))
        #expect(judged([lead]).qualifiedRule == "lead")
        #expect(judged([lead], priorCalls: 1).qualified == false)
        let either = rule("either", any: (.talkSeconds, .number(.more, 600)), (.source, .text("Billboard I-90")))
        #expect(judged([lead, either], priorCalls: 1).qualifiedRule == "either")
    }

    @Test("numbers compare, and a null value satisfies nothing")
    func comparisons() {
        let tests: [(RecordCondition.Comparison, Double, Bool)] = [
            (.atLeast, 60, true), (.atMost, 60, true), (.more, 60, false), (.less, 60, false), (.equal, 60, true), (.equal, 60.5, false), (.unequal, 60, false),
        ]
        for (comparison, bound, holds) in tests {
            #expect(judged([rule("x", all: (.talkSeconds, .number(comparison, bound)))]).qualified == holds, "\(comparison) \(bound)")
        }
        #expect(judged([rule("x", all: (.priorCalls, .number(.atMost, 5)))], priorCalls: nil).qualified == false)
        #expect(judged([rule("x", all: (.firstTime, .flag(false)))], priorCalls: nil).qualified == false)
        #expect(judged([rule("x", all: (.talkSeconds, .number(.atMost, 5)))], [arrived()]).qualified == false)
    }

    @Test("a person's word beats a rule, and the latest of several holds")
    func person() {
        var history = history(answeredBySecond.map(Input.event))
        _ = history.add(SaidWord(id: "w1", at: after(200), word: PersonsWord(qualified: .no)))
        _ = history.add(SaidWord(id: "w2", at: after(100), word: PersonsWord(qualified: .yes)))
        var record = history.record(facts: billboard)
        record.complete(priorCalls: 0, rules: [rule("any", all: (.outcome, .text("answered")))])
        #expect(record.qualified == false)
        #expect(record.qualifiedRule == nil)
    }

    @Test("what the inputs alone decide is decided without the caller's past, and agrees with it")
    func open() {
        let past = rule("past", all: (.talkSeconds, .number(.atLeast, 60)), (.firstTime, .flag(true)))
        let short = rule("short", all: (.talkSeconds, .number(.less, 10)), (.firstTime, .flag(true)))
        let some = rule("some", any: (.outcome, .text("answered")), (.firstTime, .flag(true)))
        let record = record(answeredBySecond)
        #expect(Qualification(record, rules: [past], knowsCaller: false) == .open)
        #expect(Qualification(record, rules: [short], knowsCaller: false) == .no)
        #expect(Qualification(record, rules: [short, some], knowsCaller: false) == .yes(rule: "some"))
        #expect(Qualification(record, rules: [past, some], knowsCaller: false) == .open)
    }
}
