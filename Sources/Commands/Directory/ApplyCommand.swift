import ArgumentParser
import CallModel
import CallServices
import MessageClient

/// `trunkline apply -f FILE`: makes a document its account's next version.
struct ApplyCommand: HouseCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply", abstract: "Validate a directory whole, and make it the account's next version.")

    @OptionGroup var common: VerbosityOptions
    @OptionGroup var pool: PoolOptions

    @Option(name: [.short, .long], help: "The directory (YAML or JSON), - for standard input.")
    var file: String

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func execute() async throws {
        let text = try Files.text(file)
        // Here first: all that is wrong is known without the pool, and with the line.
        try CheckCommand.test(try CheckCommand.validate(text, file), file)
        let reply = try await pool.withPool(common) { client in try await DirectoryClient(client).apply(text) }
        switch reply {
        case .applied(let account, let version):
            Terminal.say(json ? #"{"account":"\#(account)","version":\#(version)}"# : "\(account): version \(version) applied")
        case .refused(let problems):
            throw CommandFailure(.badInput, "\(file) is refused:\n" + problems.map { "  \($0)" }.joined(separator: "\n"))
        }
    }
}
