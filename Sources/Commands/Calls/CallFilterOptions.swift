import ArgumentParser
import CallModel
import MessageWire

/// Which calls: the same for every command that lists them.
struct CallFilterOptions: ParsableArguments {
    @Option(name: .long, help: "Only calls to this tracking number.")
    var number: String?

    @Option(name: .long, help: "Only calls from this caller; \"none\": withheld ones.")
    var caller: String?

    @Option(name: .long, help: "Only calls from this source.")
    var source: String?

    @Option(name: .long, help: "Only calls by this medium.")
    var medium: String?

    @Option(name: .long, help: "Only calls of this campaign.")
    var campaign: String?

    @Option(name: .long, help: "Only calls for this keyword.")
    var keyword: String?

    @Option(name: .long, help: "Only calls with this outcome: answered, missed, abandoned, voicemail, …; \"none\": still going on.")
    var outcome: String?

    @Option(name: .long, help: "Only calls answered by this destination.")
    var destination: String?

    @Option(name: .long, help: "Only calls with this tag; given again, with that one as well.")
    var tag: [String] = []

    @Option(name: .long, help: "Only calls that are qualified: yes, no, none (nobody judged).")
    var qualified: String?

    @Option(name: .customLong("where"), help: ArgumentHelp("Only calls where a field of the record is so: 'talk_seconds >= 60', first_time=yes, 'medium != cpc', gclid (has one), '!gclid' (has none). All given hold.", valueName: "condition"))
    var conditions: [String] = []

    @Option(name: .long, help: "Only calls from this day on (2026-06-03), local to --zone.")
    var from: String?

    @Option(name: .long, help: "Only calls up to this day, which is included.")
    var to: String?

    @Option(name: .long, help: "Time zone of the dates (default: the account's).")
    var zone: String?

    @Option(name: .long, help: "Only calls from this moment on (RFC 3339).")
    var since: String?

    @Option(name: .long, help: "Only calls before this moment (RFC 3339).")
    var until: String?

    @Flag(name: .long, help: "Also spam and test calls.")
    var hidden = false

    /// The members of a request that say it; a field that is named twice must pass both tests.
    func members() throws(CommandFailure) -> [JSON.Member] {
        var fields: [(name: String, test: JSON)] = []
        func add(_ name: String, _ value: String?) { if let value { fields.append((name, .string(value))) } }
        add("tracking_number", number)
        add("caller_number", caller)
        add("source", source.map(exactly))
        add("medium", medium.map(exactly))
        add("campaign", campaign.map(exactly))
        add("keyword", keyword.map(exactly))
        add("outcome", outcome)
        add("destination_id", destination)
        for one in tag { add("tags", exactly(one)) }
        add("qualified", qualified)
        for condition in conditions { fields.append(try Self.field(condition)) }
        var members: [JSON.Member] = []
        for (name, test) in fields {
            if let place = members.firstIndex(where: { $0.name == name }) {
                members[place].value = .array((members[place].value.array ?? [members[place].value]) + [test])
            } else {
                members.append(JSON.Member(name, test))
            }
        }
        for (name, value) in [("from", from), ("to", to), ("zone", zone), ("since", since), ("until", until)] {
            if let value { members.append(JSON.Member(name, .string(value))) }
        }
        if hidden { members.append(JSON.Member("show_hidden", true)) }
        return members
    }

    /// An option's own value, whatever it begins with.
    private func exactly(_ text: String) -> String { text.hasPrefix("!=") || text.hasPrefix("=") ? "= " + text : text }

    /// "FIELD", "!FIELD", or "FIELD", a comparison and a value; which fields and tests there are the service knows.
    static func field(_ condition: String) throws(CommandFailure) -> (String, JSON) {
        var rest = condition[...].drop { $0 == " " }
        let isNegated = rest.first == "!"
        if isNegated { rest.removeFirst() }
        let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ".") }
        let test = rest.dropFirst(name.count).drop { $0 == " " }
        guard !name.isEmpty, !isNegated || test.isEmpty, test.first.map({ "<>=!".contains($0) }) ?? true else {
            throw CommandFailure(.usage, "--where \(condition.prefix(80).description.onOneLine): write a field and its test, such as 'talk_seconds >= 60', first_time=yes or '!gclid'")
        }
        // Not another member of the request, such as its limit.
        if !name.hasPrefix("assigned_to") {
            do throws(SpellingFault) { _ = try RecordField.named(String(name)) } catch { throw CommandFailure(.badInput, error.message) }
        }
        return (String(name), test.isEmpty ? .bool(!isNegated) : .string(String(test)))
    }
}
