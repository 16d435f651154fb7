import Logging
import MessageConnection
import MessageWire
import Threads
import ZeroMQ

/// One broker of a client: where it is, and what callers have for the thread of its connection.
final class BrokerLine: Sendable {
    let mailbox: Mailbox<ClientCommand>
    let settings: ConnectionSettings
    private let bell: Bell

    init(endpoint: String, context: Context, hello: Hello, logger: Logger) throws(ZeroMQError) {
        bell = try Bell()
        mailbox = Mailbox(bell)
        settings = ConnectionSettings(endpoint: endpoint, context: context, hello: hello, logger: logger)
    }

    /// Keeps the connection until it is told to leave. `makePeer` runs on its thread.
    func run(_ makePeer: @escaping @Sendable () -> ClientPeer) async throws(ThreadError) {
        do {
            try await Thread.run(named: "tlp-client") { [settings, bell] in ConnectionLoop(settings, bell: bell, peer: makePeer()).run() }
        } catch {
            // Nobody will ever answer what was called already.
            makePeer().ended()
            throw error
        }
    }

    /// Sends one request and waits for what becomes of it.
    func answer(to request: Request) async -> Result<Answer, CallError> {
        let deadline = MonotonicTime.now() + request.timeout
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if !mailbox.post(.submit(request, deadline: deadline, .task(continuation))) {
                    continuation.resume(returning: .failure(.shutDown))
                }
                // Cancelled before it began: the handler below has spoken already, of a request that was not there yet.
                if Task.isCancelled { mailbox.post(.cancel(request.id)) }
            }
        } onCancel: {
            mailbox.post(.cancel(request.id))
        }
    }

    /// - Parameter places: the requests' in the array that was sent; nil: as they stand here.
    func send(_ requests: [Request], places: [Int]? = nil, _ outcomes: @escaping @Sendable ([Outcome]) -> Void) {
        guard !mailbox.post(.bulk(requests, places: places, now: MonotonicTime.now(), BulkOutcomes(outcomes))) else { return }
        outcomes(requests.indices.map { Outcome(index: places?[$0] ?? $0, result: .failure(.shutDown)) })
    }
}
