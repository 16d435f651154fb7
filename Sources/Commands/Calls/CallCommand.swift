import ArgumentParser
import CallServices
import MessageWire

/// `trunkline call show ID`, `trunkline call update ID`: one record.
struct CallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "call", abstract: "One call.", subcommands: [Show.self, Update.self])

    struct Show: HouseCommand {
        static let configuration = CommandConfiguration(abstract: "Show a call's record, and why it went where it went.")

        @OptionGroup var common: VerbosityOptions
        @OptionGroup var pool: PoolOptions

        @Argument(help: "The call's id.")
        var id: String

        @Flag(name: .long, help: "Also all that was told of it, which of it counted, and what that decided.")
        var events = false

        @Flag(name: .long, help: "Print JSON.")
        var json = false

        func execute() async throws {
            let request: JSON = ["call_id": .string(id), "events": .bool(events)]
            let record = try await pool.withPool(common) { client in try await client.ask(ServiceName.callLog + "/GetCall", request) }
            json ? Terminal.say(record.text) : CallSheet.show(record)
        }
    }

    struct Update: HouseCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say what a call was worth: a person's word, which beats a rule.",
            discussion: "It is on disk when the command ends, stays in the call's log, and the latest word counts.")

        @OptionGroup var common: VerbosityOptions
        @OptionGroup var pool: PoolOptions

        @Argument(help: "The call's id.")
        var id: String

        @Option(name: .long, help: "Whether it counts as a lead: yes, no, or auto (as the rules say).")
        var qualified: Judgement?

        @Option(name: .long, help: "A tag; given again, one more. They replace those it has.")
        var tag: [String] = []

        @Flag(name: .long, help: "Take all tags away.")
        var noTags = false

        @Option(name: .long, help: "A note; empty takes it away.")
        var note: String?

        @Option(name: .long, help: "What it was worth, such as 12.50; empty takes it away.")
        var value: String?

        @Option(name: .long, help: "Of the value, such as EUR.")
        var currency: String?

        @Option(name: .long, help: "Whether it is spam, and so no part of lists and reports: yes or no.")
        var spam: YesNo?

        @Option(name: .long, help: "Who says so.")
        var by: String?

        @Flag(name: .long, help: "Print JSON.")
        var json = false

        enum Judgement: String, ExpressibleByArgument, CaseIterable { case yes, no, auto }
        enum YesNo: String, ExpressibleByArgument, CaseIterable { case yes, no }

        func validate() throws {
            if noTags, !tag.isEmpty { throw ValidationError("--tag and --no-tags: give one of them") }
            let isSomething = qualified != nil || !tag.isEmpty || noTags || note != nil || value != nil || currency != nil || spam != nil
            guard isSomething else { throw ValidationError("nothing is said of the call: give --qualified, --tag, --no-tags, --note, --value, --currency or --spam") }
        }

        func execute() async throws {
            var members = [JSON.Member("call_id", .string(id))]
            func add(_ name: String, _ value: JSON?) { if let value { members.append(JSON.Member(name, value)) } }
            if let qualified { add("qualified", qualified == .auto ? "auto" : .bool(qualified == .yes)) }
            if noTags || !tag.isEmpty { add("tags", .array(tag.map { .string($0) })) }
            add("note", note.map { .string($0) })
            add("value", value.map { .string($0) })
            add("currency", currency.map { .string($0) })
            add("spam", spam.map { .bool($0 == .yes) })
            add("by", by.map { .string($0) })
            let request = JSON.object(members)
            let record = try await pool.withPool(common) { client in try await client.ask(ServiceName.callLog + "/UpdateCall", request) }
            guard !json else { return Terminal.say(record.text) }
            CallSheet.show(record, only: ["call_id", "qualified", "qualified_rule", "tags", "note", "value", "currency", "spam"], showsEmpty: true)
        }
    }
}
