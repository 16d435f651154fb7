import MessageWire
package import MessageWorker

extension CallLogService {
    /// The service as a worker serves it: on a thread of its own, which may wait for the disk.
    package func poolService() -> PoolService {
        .batch(ServiceName.callLog, limit: 1, concurrency: 64) { tasks in
            tasks.map { task in
                do throws(ServiceError) {
                    return .done(try task.withBody { body throws(ServiceError) in try answer(method: task.method, body.bytes, requestID: task.id.hex) })
                } catch {
                    return .failed(error.status, error.message)
                }
            }
        }
    }
}
