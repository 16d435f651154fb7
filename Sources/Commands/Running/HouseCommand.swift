import ArgumentParser
import Glibc

/// A command of ours: `execute` does the work, and what it throws ends the process as interfaces.md §2 says.
protocol HouseCommand: AsyncParsableCommand {
    var common: CommonOptions { get }
    func execute() async throws
}

struct CommonOptions: ParsableArguments {
    @Flag(name: .long, help: "Show what lies behind an error, and more of the log.")
    var verbose = false
}

extension HouseCommand {
    func run() async throws {
        do {
            try await execute()
        } catch let failure as CommandFailure {
            Terminal.complain(failure.message)
            if common.verbose, let cause = failure.cause { Terminal.complain(cause) }
            throw ExitCode(failure.status.rawValue)
        }
    }
}

/// Results go to standard output; all else to standard error.
enum Terminal {
    static func complain(_ text: String) {
        write("trunkline: \(text)\n", to: STDERR_FILENO)
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            // Nobody reads any more: there is nobody to tell.
            guard written > 0 || errno == EINTR else { return }
            bytes = bytes.dropFirst(max(0, written))
        }
    }

    /// Whether a person looks on, so that progress and colour help.
    static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 }
}
