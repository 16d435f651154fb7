import ArgumentParser
import CallModel
import CallServices
import MessageWire

/// `trunkline schedule ID open|closed|auto`: an operator's own word on a schedule.
struct ScheduleCommand: HouseCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule", abstract: "Open or close a schedule by hand, or leave it to the calendar again.",
        discussion: "It holds for every worker within a second, also for calls in progress and for later versions of the directory.")

    enum State: String, ExpressibleByArgument, CaseIterable {
        case open, closed, auto
    }

    @OptionGroup var common: VerbosityOptions
    @OptionGroup var pool: PoolOptions

    @Argument(help: "The schedule's id.")
    var schedule: String

    @Argument(help: "open, closed, or auto.")
    var state: State

    @Option(name: .long, help: "Until then (RFC 3339); default: until it is taken back.")
    var until: String?

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func validate() throws {
        if let until, Timestamp(rfc3339: until) == nil {
            throw ValidationError("--until \(until): give a moment such as 2026-06-03T22:00:00Z")
        }
        if until != nil, state == .auto { throw ValidationError("--until belongs to open and closed: auto has no end") }
    }

    func execute() async throws {
        let until = until.flatMap { Timestamp(rfc3339: $0) }
        let manual = state == .auto ? nil : Schedule.Manual(isOpen: state == .open, until: until)
        let request = ScheduleRequest(account: pool.accountName, schedule: schedule, manual: manual)
        let reply = try await pool.withPool(common) { client in try await DirectoryClient(client).schedule(request) }
        guard !json else { return Terminal.say(reply.json.text) }
        let word = state == .auto ? "by its calendar, \(reply.isOpen ? "open" : "closed") now" : "\(state.rawValue) by hand"
        Terminal.say("\(reply.account): \(reply.schedule) is \(word)" + (until.map { " until \($0.rfc3339)" } ?? ""))
    }
}
