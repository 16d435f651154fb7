import CallModel
import Testing

/// `sources:`, `qualify:` and `tests:`.
@Suite struct RuleTests {
    @Test("A rule for sources holds where all that it names is exactly so")
    func sources() throws {
        let text = document(more: "sources: [{match: {utm_source: adwords, utm_medium: ppc}, source: google, medium: cpc, campaign: spring}]")
        let rule = try #require(try Directory(yaml: text, version: 1).sources.first)
        #expect([rule.source.source, rule.source.medium, rule.source.campaign] == ["google", "cpc", "spring"])
        #expect(rule.holds { [.utmSource: "adwords", .utmMedium: "ppc"][$0] })
        #expect(!rule.holds { [.utmSource: "adwords", .utmMedium: "PPC"][$0] })
        #expect(!rule.holds { [.utmSource: "adwords"][$0] })
    }

    @Test("A rule's conditions compare numbers, truth values and words", arguments: [
        ("{talk_seconds: \">= 60\"}", RecordValue.number(60), true), ("{talk_seconds: \">= 60\"}", .number(59.999), false),
        ("{talk_seconds: \">=60\"}", .number(61), true), ("{talk_seconds: \"> 60\"}", .number(60), false), ("{prior_calls: \"<= 5\"}", .number(5), true),
        ("{prior_calls: \"< 5\"}", .number(5), false), ("{prior_calls: \"!= 5\"}", .number(4), true), ("{prior_calls: \"= 5\"}", .number(5), true),
        ("{prior_calls: 5}", .number(5), true), ("{talk_seconds: \">= 60\"}", .none, false), ("{prior_calls: \"!= 5\"}", .none, false),
        ("{first_time: true}", .flag(true), true), ("{first_time: true}", .flag(false), false), ("{first_time: false}", .none, false),
        ("{outcome: answered}", .text("answered"), true), ("{source: google}", .text("Google"), false), ("{source: google}", .none, false),
    ])
    func conditions(condition: String, value: RecordValue, holds: Bool) throws {
        let text = document(more: "qualify: [{name: lead, all: [\(condition)]}]")
        let rule = try #require(try Directory(yaml: text, version: 1).qualify.first)
        #expect(rule.conditions[0].holds(value) == holds)
    }

    @Test("All conditions must hold, or any")
    func combinations() throws {
        let list = "[{talk_seconds: \">= 60\"}, {source: google}]"
        let rules = try Directory(yaml: document(more: "qualify: [{name: both, all: \(list)}, {name: either, any: \(list)}]"), version: 1).qualify
        #expect(rules.map(\.name) == ["both", "either"])
        let values: [(RecordField) -> RecordValue] = [
            { $0 == .talkSeconds ? .number(70) : .text("google") }, { $0 == .talkSeconds ? .number(7) : .text("google") },
            { $0 == .talkSeconds ? .number(7) : .none },
        ]
        #expect(values.map { rules[0].holds($0) } == [true, false, false])
        #expect(values.map { rules[1].holds($0) } == [true, true, false])
    }

    @Test("What is wrong with a rule or a test is said", arguments: [
        ("sources: [{source: google}]", "sources[0].match: has no condition; write {utm_source: adwords}"),
        ("sources: [{match: {}, source: google}]", "sources[0].match: has no condition; write {utm_source: adwords}"),
        ("sources: [{match: {referrer: \"https://news.example/\"}, source: News}]", "sources[0].match.referrer: \"https://news.example/\" is no host, and would never match; write it in small letters, without https:// and path, e.g. partner.example"),
        ("sources: [{match: {utm_source: adwords}}]", "sources[0].source: is missing; write source: google"),
        ("sources: [{match: {utm_sorce: adwords}, source: google}]", "sources[0].match.utm_sorce: unknown key \"utm_sorce\"; did you mean utm_source?"),
        ("qualify: [{name: lead}]", "qualify[0]: write either all: [ … ] or any: [ … ]"),
        ("qualify: [{name: lead, all: [{spam: true}], any: [{spam: true}]}]", "qualify[0]: write either all: [ … ] or any: [ … ]"),
        ("qualify: [{all: [{spam: true}]}]", "qualify[0].name: is missing; write name: lead"),
        ("qualify: [{name: a, all: [{spam: true}]}, {name: a, any: [{spam: true}]}]", "qualify[1].name: \"a\" stands twice; give each rule its own name"),
        ("qualify: [{name: lead, all: []}]", "qualify[0].all: has no condition; write one such as {talk_seconds: \">= 60\"}"),
        ("qualify: [{name: lead, all: [{qualified: true}]}]", "qualify[0].all[0].qualified: is what the rules decide; look at what the call was, such as {talk_seconds: \">= 60\"}"),
        ("qualify: [{name: lead, all: [{talk_second: 1}]}]", "qualify[0].all[0].talk_second: unknown key \"talk_second\"; did you mean talk_seconds?"),
        ("qualify: [{name: lead, all: [{spam: true, answered: true}]}]", "qualify[0].all[0]: has 2 fields; write one, and each condition as an item of its own"),
        ("qualify: [{name: lead, all: [{talk_seconds: \"=> 60\"}]}]", "qualify[0].all[0].talk_seconds: \"=> 60\" is no comparison; write >=, <=, >, <, = or != and a number, such as \">= 60\""),
        ("qualify: [{name: lead, all: [{talk_seconds: long}]}]", "qualify[0].all[0].talk_seconds: \"long\" is no comparison; write >=, <=, >, <, = or != and a number, such as \">= 60\""),
        ("qualify: [{name: lead, all: [{first_time: maybe}]}]", "qualify[0].all[0].first_time: \"maybe\" is not a truth value; write true or false"),
        ("qualify: [{name: lead, all: [{outcome: won}]}]", "qualify[0].all[0].outcome: \"won\" is not allowed; write one of answered, voicemail, abandoned, missed, blocked, not_routed, failed, unknown"),
        ("qualify: [{name: lead, all: [{source: \"!= Billboard\"}]}]", "qualify[0].all[0].source: \"!= Billboard\" compares, and only numbers are compared; write the text it must be, without !="),
        ("qualify: [{name: lead, all: [{source: }]}]", "qualify[0].all[0].source: says nothing; write what it must be"),
        ("tests: [{expect: [{call: c1}]}]", "tests[0].timeline: is missing; write [{at: 2026-06-03T14:05:00Z, call: c1, …}]"),
        ("tests: [{timeline: [{call: c1}], expect: []}]", "tests[0].expect: is missing; write [{call: c1, outcome: answered}]"),
        ("tests: [{timeline: [{call: c1}], expect: [c1]}]", "tests[0].expect[0]: \"c1\" is not a map; write keys with their values"),
        ("tests: [{timeline: [{call: c1}], expect: [{call: c1}], title: x}]", "tests[0].title: unknown key \"title\"; the keys here are name, timeline, expect"),
    ])
    func wrong(section: String, problem: String) {
        #expect(problems(document(more: section)) == [problem])
    }

    @Test("Tests need no name")
    func tests() {
        #expect(problems(document(more: "tests: [{timeline: [{at: x, call: c1}], expect: [{call: c1, outcome: answered}]}]")) == [])
    }
}
