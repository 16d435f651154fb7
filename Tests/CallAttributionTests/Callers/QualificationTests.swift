import CallAttribution
import CallModel
import Testing

private func rule(_ name: String, all conditions: (QualifyRule.Field, String)...) -> QualifyRule {
    rule(name, isEnoughIfOne: false, conditions)
}

private func rule(_ name: String, any conditions: (QualifyRule.Field, String)...) -> QualifyRule {
    rule(name, isEnoughIfOne: true, conditions)
}

private func rule(_ name: String, isEnoughIfOne: Bool, _ conditions: [(QualifyRule.Field, String)]) -> QualifyRule {
    QualifyRule(
        name: name, isEnoughIfOne: isEnoughIfOne,
        conditions: conditions.compactMap { field, text in
            QualifyRule.Test(text, of: field.kind).map { QualifyRule.Condition(field: field, test: $0) }
        })
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
        let record = judged([rule("long", all: (.talkSeconds, ">= 61"))])
        #expect(record.qualified == false)
        #expect(record.qualifiedRule == nil)
    }

    @Test("all must hold, or one of any; the first rule that holds names itself")
    func combination() {
        let lead = rule("lead", all: (.talkSeconds, ">= 60"), (.firstTime, "true"), (.outcome, "answered"))
        #expect(judged([lead]).qualifiedRule == "lead")
        #expect(judged([lead], priorCalls: 1).qualified == false)
        let either = rule("either", any: (.talkSeconds, "> 600"), (.source, "Billboard I-90"))
        #expect(judged([lead, either], priorCalls: 1).qualifiedRule == "either")
    }

    @Test("numbers compare, and a null value satisfies nothing")
    func comparisons() {
        for (text, holds) in [(">= 60", true), ("<=60", true), ("> 60", false), ("< 60", false), ("60", true), ("= 60.5", false)] {
            #expect(judged([rule("x", all: (.talkSeconds, text))]).qualified == holds, "\(text)")
        }
        #expect(judged([rule("x", all: (.priorCalls, "<= 5"))], priorCalls: nil).qualified == false)
        #expect(judged([rule("x", all: (.firstTime, "false"))], priorCalls: nil).qualified == false)
        #expect(judged([rule("x", all: (.talkSeconds, "<= 5"))], [arrived()]).qualified == false)
        #expect(QualifyRule.Test("sixty", of: .number) == nil)
        #expect(QualifyRule.Test("yes", of: .truth) == nil)
    }

    @Test("a person's word beats a rule, and the latest of several holds")
    func person() {
        var history = history(answeredBySecond.map(Input.event))
        history.judge(isQualified: false, at: after(200))
        history.judge(isQualified: true, at: after(100))
        var record = history.record(facts: billboard)
        record.complete(priorCalls: 0, rules: [rule("any", all: (.outcome, "answered"))])
        #expect(record.qualified == false)
        #expect(record.qualifiedRule == nil)
    }

    @Test("what the inputs alone decide is decided without the caller's past, and agrees with it")
    func open() {
        let past = rule("past", all: (.talkSeconds, ">= 60"), (.firstTime, "true"))
        let short = rule("short", all: (.talkSeconds, "< 10"), (.firstTime, "true"))
        let some = rule("some", any: (.outcome, "answered"), (.firstTime, "true"))
        let record = record(answeredBySecond)
        #expect(Qualification(record, rules: [past], knowsCaller: false) == .open)
        #expect(Qualification(record, rules: [short], knowsCaller: false) == .no)
        #expect(Qualification(record, rules: [short, some], knowsCaller: false) == .yes(rule: "some"))
        #expect(Qualification(record, rules: [past, some], knowsCaller: false) == .open)
    }
}
