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
        try CheckCommand.validate(text, file)
        let reply = try await pool.withPool(common) { client in try await DirectoryClient(client).apply(text) }
        switch reply {
        case .applied(let account, let version):
            Terminal.say(json ? #"{"account":"\#(account)","version":\#(version)}"# : "\(account): version \(version) applied")
        case .refused(let problems):
            throw CommandFailure(.badInput, "\(file) is refused:\n" + problems.map { "  \($0)" }.joined(separator: "\n"))
        }
    }
}

/// `trunkline check FILE`: what `apply` would say, without a pool.
struct CheckCommand: HouseCommand {
    static let configuration = CommandConfiguration(commandName: "check", abstract: "Validate a directory without applying it.")

    @OptionGroup var common: VerbosityOptions

    @Argument(help: "The directory (YAML or JSON), - for standard input.")
    var file: String

    func execute() async throws {
        let directory = try Self.validate(try Files.text(file), file)
        Terminal.say(
            "\(directory.account): \(directory.numbers.count) numbers, \(directory.destinations.count) destinations, \(directory.flows.count) flows; no problems")
    }

    /// - Throws: `CommandFailure` with every problem, a line each.
    @discardableResult
    static func validate(_ text: String, _ file: String) throws(CommandFailure) -> CallModel.Directory {
        do throws(DirectoryError) {
            return try CallModel.Directory(yaml: text, version: 0)
        } catch {
            let lines = error.problems.map { problem in "  " + (problem.line.map { "line \($0): " } ?? "") + "\(problem)" }
            let count = error.problems.count
            throw CommandFailure(.badInput, "\(file): \(count) problem\(count == 1 ? "" : "s")\n" + lines.joined(separator: "\n"))
        }
    }
}
