import ArgumentParser

/// A command of ours: `execute` does the work, and what it throws ends the process as interfaces.md §2 says.
protocol HouseCommand: AsyncParsableCommand {
    var common: VerbosityOptions { get }
    func execute() async throws
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
