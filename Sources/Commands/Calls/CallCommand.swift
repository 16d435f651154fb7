import ArgumentParser
import CallServices
import MessageWire

/// `trunkline call show ID`: one record, with the reasoning behind it.
struct CallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "call", abstract: "One call.", subcommands: [Show.self])

    struct Show: HouseCommand {
        static let configuration = CommandConfiguration(abstract: "Show a call's record, and why it went where it went.")

        @OptionGroup var common: VerbosityOptions
        @OptionGroup var pool: PoolOptions

        @Argument(help: "The call's id.")
        var id: String

        @Flag(name: .long, help: "Also every event that was told of it, and which of them counted.")
        var events = false

        @Flag(name: .long, help: "Print JSON.")
        var json = false

        func execute() async throws {
            let request: JSON = ["call_id": .string(id), "events": .bool(events)]
            let record = try await pool.withPool(common) { client in try await client.ask(ServiceName.callLog + "/GetCall", request) }
            json ? Terminal.say(record.text) : Self.show(record)
        }

        private static func show(_ record: JSON) {
            guard case .object(let members) = record else { return }
            let tables = ["attempts", "trace", "events"]
            let width = members.map(\.name.count).max() ?? 0
            for member in members where !tables.contains(member.name) {
                let value = member.value.shown
                guard !value.isEmpty, value != "[]" else { continue }
                Terminal.say(member.name + String(repeating: " ", count: width - member.name.count + 2) + value)
            }
            for name in tables { show(record[name]?.array ?? [], name) }
        }

        private static func show(_ rows: [JSON], _ title: String) {
            guard !rows.isEmpty else { return }
            var columns: [String] = []
            for case .object(let members) in rows {
                for member in members where member.value != .null && !columns.contains(member.name) { columns.append(member.name) }
            }
            Terminal.say("\n\(title)")
            if title == "trace" { return TraceTable.show(rows) }
            var table = TextTable(columns)
            for row in rows { table.add(columns.map { row[$0]?.shown ?? "" }) }
            table.show()
        }
    }
}
