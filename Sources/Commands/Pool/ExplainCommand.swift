import ArgumentParser
import CallModel
import MessageClient
import MessageWire

/// `trunkline explain SERVICE`: why its requests do not move, and what to do.
struct ExplainCommand: HouseCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say why a service's requests do not move, and what to do about it.")

    @OptionGroup var common: VerbosityOptions
    @OptionGroup var pool: PoolOptions

    @Argument(help: "The service's name, as `trunkline services` lists it.")
    var service: String

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func execute() async throws {
        let (answer, known) = try await pool.withPool(common) { client in
            (try await client.admin("Explain", of: service), try await client.service(service))
        }
        guard !json else { return Terminal.say(answer.text) }
        let explanation = Explanation(answer, of: known, at: PoolStages.now().milliseconds)
        for line in explanation.lines { Terminal.say(line) }
    }
}
