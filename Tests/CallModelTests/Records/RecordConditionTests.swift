import CallModel
import Testing

@Suite("What is asked of a field of a record")
struct RecordConditionTests {
    @Test(
        "words become a test of the field's kind",
        arguments: [
            ("talk_seconds", ">= 60", RecordCondition.Test.number(.atLeast, 60)), ("talk_seconds", "<1.5", .number(.less, 1.5)),
            ("talk_seconds", "60", .number(.equal, 60)), ("prior_calls", "none", .present(false)), ("value", "!= none", .present(true)),
            ("first_time", "yes", .flag(true)), ("first_time", "= no", .flag(false)), ("qualified", "!=yes", .flag(false)), ("qualified", "any", .present(true)),
            ("outcome", "missed", .text("missed")), ("outcome", "!= answered", .unequalText("answered")), ("outcome", "none", .present(false)),
            ("attribution", "none", .text("none")), ("medium", "none", .text("none")), ("medium", "!=  cpc ", .unequalText("cpc")), ("medium", "== cpc", .text("cpc")),
            ("source", "= != odd", .text("!= odd")), ("source", "any", .text("any")), ("gclid", "any", .present(true)), ("gclid", "!= any", .present(false)),
            ("tags", "vip", .text("vip")), ("tags", "none", .present(false)), ("caller_number", "none", .present(false)),
            ("assigned_to.kind", "campaign", .text("campaign")), ("first_touch.medium", "organic", .text("organic")),
        ])
    func spelled(name: String, text: String, test: RecordCondition.Test) throws {
        #expect(try RecordField.named(name).test(spelled: text) == test)
    }

    @Test(
        "words that make no sense are refused with advice",
        arguments: [
            ("sorce", "x", "did you mean source?"), ("talkseconds", "1", "did you mean talk_seconds?"), ("talk_seconds", "long", "write one as in talk_seconds >= 60"),
            ("talk_seconds", ">=", "says nothing"), ("talk_seconds", "inf", "is no number"), ("medium", "> 3", "use = or !="), ("first_time", "maybe", "is yes or no"),
            ("outcome", "answred", "use one of answered, voicemail"), ("medium", "", "says nothing"),
        ])
    func refused(name: String, text: String, advice: String) throws {
        let fault = #expect(throws: SpellingFault.self) { try RecordField.named(name).test(spelled: text) }
        #expect(fault?.message.contains(advice) == true, "\(fault?.message ?? "")")
    }

    @Test("a field without a value meets nothing but that it has none; a list without items is none of anything")
    func holds() {
        func holds(_ test: RecordCondition.Test, _ value: RecordValue) -> Bool { RecordCondition(field: .tags, test: test).holds(value) }
        #expect(!holds(.text("a"), .none) && !holds(.unequalText("a"), .none) && !holds(.number(.unequal, 1), .none) && !holds(.present(true), .none))
        #expect(holds(.present(false), .none) && holds(.present(true), .text("")) && holds(.present(true), .flag(false)))
        #expect(holds(.unequalText("a"), .text("b")) && !holds(.unequalText("a"), .text("a")))
        #expect(holds(.text("b"), .list(["a", "b"])) && !holds(.text("c"), .list(["a", "b"])) && !holds(.unequalText("b"), .list(["a", "b"])))
        #expect(holds(.unequalText("b"), .list([])) && holds(.present(false), .list([])) && holds(.present(true), .list(["a"])))
    }
}
