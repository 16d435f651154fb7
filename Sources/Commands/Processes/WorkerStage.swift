import CallServices
import CallStorage
import Logging
import MessageClient
import MessageWorker

/// A worker, and what goes on beside it for as long as it works.
struct WorkerStage: Stage {
    private let worker: MessageWorker
    private let companions: [@Sendable () async throws -> Void]
    /// Lets go of tasks that are held on purpose, so that the worker need not wait for them.
    private let letGo: @Sendable () -> Void

    init(
        _ worker: MessageWorker, companions: [@Sendable () async throws -> Void] = [], letGo: @escaping @Sendable () -> Void = {}
    ) {
        self.worker = worker
        self.companions = companions
        self.letGo = letGo
    }

    func run() async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await worker.run()
                return true
            }
            for companion in companions {
                group.addTask {
                    try await companion()
                    return false
                }
            }
            // The stage lives as long as its worker; a companion that returns has nothing more to do.
            while let isOver = try await group.next(), !isOver {}
            group.cancelAll()
        }
    }

    func shutDown() {
        letGo()
        worker.shutDown()
    }
}

extension CommandFailure {
    /// A store that cannot be opened.
    init(_ error: StorageError) {
        switch error.code {
        case .folderInUse, .incompatible, .damaged: self.init(.badConfiguration, error.message)
        default: self.init(.io, error.message)
        }
    }
}
