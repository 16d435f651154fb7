package import MessageWorker
import ServiceLifecycle

extension DirectoryService {
    /// The service as a worker serves it. Each routing worker keeps one question open, so the concurrency is well over their number.
    package nonisolated func poolService() -> PoolService {
        .concurrent(ServiceName.directory, concurrency: 1024) { task in
            do throws(ServiceError) {
                return .done(try await self.answer(task))
            } catch {
                return .failed(error.status, error.message)
            }
        }
    }

    private nonisolated func answer(_ task: PoolTask) async throws(ServiceError) -> [UInt8] {
        let reply: Result<[UInt8], ServiceError> = await withGracefulShutdownHandler {
            do throws(ServiceError) {
                return .success(try await answer(method: task.method, task.body))
            } catch {
                return .failure(error)
            }
        } onGracefulShutdown: {
            // A worker that drains waits for its tasks, and these would wait for a change.
            self.releaseWaiting()
        }
        return try reply.get()
    }
}
