import ArgumentParser
import CallModel
import CallServices
import Foundation
import MessageClient
import MessageWire

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
        let size = text.utf8.count
        // Here first: all that is wrong is known without the pool. What takes seconds to read is read once, by the service.
        if size < Self.largestReadTwice { try CheckCommand.test(try CheckCommand.validate(text, file), file) }
        let reply = try await pool.withPool(common) { [file] client in
            try await DirectoryClient(client).apply(text, name: UUID().uuidString) { sent in
                Terminal.progress(sent < size ? "\(file): \(sent * 100 / size) % sent" : "\(file): sent, and being read")
            }
        }
        Terminal.endProgress()
        try Self.show(reply, of: file, json: json)
    }

    private static let largestReadTwice = 4 << 20

    /// - Throws: `CommandFailure` with every reason, where the document was refused.
    static func show(_ reply: ApplyReply, of file: String, json: Bool) throws(CommandFailure) {
        switch reply {
        case .applied(let account, let version, let restored):
            let origin = restored.map { ": version \($0) again" } ?? ""
            Terminal.say(json ? reply.json.text : "\(account): version \(version) applied\(origin)")
        case .refused(let problems): throw CommandFailure(problems, of: file)
        case .testsFailed(let failures): throw CommandFailure(testsFailed: failures, of: file)
        }
    }
}

extension CommandFailure {
    /// Everything wrong with a document, a line each.
    init(_ problems: [DirectoryProblem], of file: String) {
        let lines = problems.map { problem in "  " + (problem.line.map { "line \($0): " } ?? "") + "\(problem)" }
        let count = problems.count
        self.init(.badInput, "\(file): \(count) problem\(count == 1 ? "" : "s")\n" + lines.joined(separator: "\n"))
    }

    /// What was expected and what came, a line each.
    init(testsFailed failures: [String], of file: String) {
        self.init(.failed, "\(file): its tests do not hold\n" + failures.map { "  \($0)" }.joined(separator: "\n"))
    }
}
