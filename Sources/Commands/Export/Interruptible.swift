import ArgumentParser
import UnixSignals

/// Runs work that leaves nothing half done when it is cancelled: SIGINT or SIGTERM cancels it, and the process ends with 130.
func interruptibly<Result: Sendable>(_ body: @escaping @Sendable () async throws -> Result) async throws -> Result {
    let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
    return try await withThrowingTaskGroup(of: Result?.self) { group in
        group.addTask {
            for await _ in signals { return nil }
            return nil
        }
        group.addTask { try await body() }
        defer { group.cancelAll() }
        guard let result = try await group.next() ?? nil else {
            group.cancelAll()
            // Its own end, whatever it is, comes first: it clears up.
            while await group.nextResult() != nil {}
            throw ExitCode(130)
        }
        return result
    }
}
