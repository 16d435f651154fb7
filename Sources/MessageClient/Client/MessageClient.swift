public import Logging
import MessageConnection
import MessageWire
public import ServiceLifecycle
public import ZeroMQ

/// A producer: sends requests to one broker and gets their answers.
///
/// One object for a whole process: any number of tasks call it at once, their requests share one connection, and those that
/// are queued at the same moment travel in one frame. Nothing happens before `run()` runs; calls made earlier wait for it.
public final class MessageClient: Sendable, Service {
    let mailbox: Mailbox<ClientCommand>
    private let bell: Bell
    private let settings: ConnectionSettings
    private let grace: Duration

    /// - Parameters:
    ///   - endpoint: the broker's front.
    ///   - name: what this producer is called in `peers`, 1–128 printable ASCII characters.
    ///   - instance: which one of that name; a random one where none is given.
    ///   - grace: how long a graceful shutdown waits for open requests.
    ///   - context: the process's, where it has one already.
    /// - Throws: `ZeroMQError` where the process has no descriptors left.
    public init(
        endpoint: String = "tcp://127.0.0.1:7570", name: String, instance: String? = nil, grace: Duration = .seconds(25),
        context: Context? = nil, logger: Logger
    ) throws(ZeroMQError) {
        bell = try Bell()
        mailbox = Mailbox(bell)
        self.grace = grace
        let context = if let context { context } else { try Context() }
        settings = ConnectionSettings(
            endpoint: endpoint, context: context,
            hello: Hello(role: .producer, name: name, instance: instance ?? RequestIDs.next().hex), logger: logger)
    }

    /// Keeps the connection until a graceful shutdown, which lets open requests end first, or until the task is cancelled.
    ///
    /// Run it once. - Throws: where the system has no thread left.
    public func run() async throws {
        try await withGracefulShutdownHandler {
            try await withTaskCancellationHandler {
                do {
                    try await Thread.run(named: "tlp-client") { [settings, bell, mailbox] in
                        ConnectionLoop(settings, bell: bell, peer: ClientPeer(mailbox, now: MonotonicTime.now())).run()
                    }
                } catch {
                    // Nobody will ever answer what was called already.
                    ClientPeer(mailbox, now: MonotonicTime.now()).ended()
                    throw error
                }
            } onCancel: {
                mailbox.post(.leave)
            }
        } onGracefulShutdown: {
            self.shutDown()
        }
    }

    /// Lets open requests end, for as long as the grace, and refuses new ones; `run()` returns then.
    public func shutDown() {
        mailbox.post(.drain(grace: grace.milliseconds))
    }
}

/// A client for as long as `body` runs.
///
/// - Throws: what `body` throws; `ZeroMQError` where the process has no descriptors left.
public func withMessageClient<Result>(
    endpoint: String = "tcp://127.0.0.1:7570", name: String, context: Context? = nil, logger: Logger,
    _ body: (MessageClient) async throws -> Result
) async throws -> Result {
    let client = try MessageClient(endpoint: endpoint, name: name, context: context, logger: logger)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await client.run() }
        do {
            let result = try await body(client)
            client.shutDown()
            try await group.waitForAll()
            return result
        } catch {
            group.cancelAll()
            throw error
        }
    }
}
