import ArgumentParser
import MessageClient
import MessageWire

/// `trunkline pause SERVICE`: nothing of it is handed out until it is resumed (wire.md §3, "Pause and drain").
struct PauseCommand: HouseCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Hand out nothing of a service until it is resumed.",
        discussion: "Tasks that are out go on. New unary requests are refused, new durable ones accepted; they wait.")

    @OptionGroup var common: VerbosityOptions
    @OptionGroup var pool: PoolOptions
    @OptionGroup var pausing: PausingOptions

    func execute() async throws { try await pausing.set("Pause", pool, common) }
}

/// `trunkline resume SERVICE`: the end of a pause.
struct ResumeCommand: HouseCommand {
    static let configuration = CommandConfiguration(commandName: "resume", abstract: "Let a paused service go on.")

    @OptionGroup var common: VerbosityOptions
    @OptionGroup var pool: PoolOptions
    @OptionGroup var pausing: PausingOptions

    func execute() async throws { try await pausing.set("Resume", pool, common) }
}

struct PausingOptions: ParsableArguments {
    @Argument(help: "The service's name, as `trunkline services` lists it.")
    var service: String

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func set(_ method: String, _ pool: PoolOptions, _ common: VerbosityOptions) async throws {
        let (answer, known) = try await pool.withPool(common) { client in
            (try await client.admin(method, of: service), try await client.service(service))
        }
        guard !json else { return Terminal.say(answer.text) }
        let waiting = known.count("ready") + known.count("delayed")
        let future =
            answer["paused"]?.bool != true ? "requests go to its workers"
            : known.isDurable ? "new requests are accepted and wait" : "new requests are refused"
        Terminal.say("\(service): \(answer["paused"]?.bool == true ? "paused" : "not paused"); \(future); \(waiting) waiting, \(known.count("leased")) out")
    }
}
