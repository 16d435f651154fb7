import Glibc
import UnixSignals

/// SIGTERM or SIGINT: the first asks for a graceful end, the second ends the process at once with 130 (interfaces.md §1).
enum Interruption {
    /// Runs `body`; calls `stop` at the first signal. Returns when `body` does.
    static func guarding<Result: Sendable>(
        stop: @escaping @Sendable () async -> Void, _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                var count = 0
                for await _ in signals {
                    count += 1
                    if count > 1 { _exit(130) }
                    // Beside the loop: the second signal must be heard while the first is still being obeyed.
                    Task { await stop() }
                }
                return nil
            }
            group.addTask { try await body() }
            while let result = try await group.next() {
                guard let result else { continue }
                group.cancelAll()
                return result
            }
            // The body always returns or throws, and either leaves the loop above.
            preconditionFailure("the body ended without a result")
        }
    }
}
