import Dispatch
package import Testing

/// Runs a test, and the tasks it starts, on threads of their own.
///
/// A test that waits for a socket holds its thread. The cooperative pool has as many threads as the machine has cores: on a
/// small one two such tests hold all of them, and whatever they wait for never runs.
package struct MayBlock: TestTrait, SuiteTrait, TestScoping {
    package var isRecursive: Bool { true }

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(ThreadForEachJob()) { try await function() }
    }
}

extension Trait where Self == MayBlock {
    /// The test waits without awaiting.
    package static var mayBlock: Self { MayBlock() }
}

private final class ThreadForEachJob: TaskExecutor {
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = asUnownedTaskExecutor()
        // A queue of its own gets a thread of its own, however many others wait.
        DispatchQueue(label: "test").async { job.runSynchronously(on: executor) }
    }
}
