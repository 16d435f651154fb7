import ArgumentParser
import MessageClient
import MessageWire

/// How a command reaches the pool (interfaces.md §3).
struct PoolOptions: ParsableArguments {
    @Option(name: .long, help: "The broker's endpoint, or several with commas between (default: tcp://127.0.0.1:7570).")
    var broker: String?

    @Option(name: .long, help: "The account, where the pool has more than one.")
    var account: String?

    /// The brokers' fronts, as they were written.
    var endpoint: String {
        get throws(CommandFailure) { try endpoints.joined(separator: ",") }
    }

    /// Brokers that share nothing.
    var endpoints: [String] {
        get throws(CommandFailure) { try Self.endpoints(Setting("broker", given: broker, fallback: "tcp://127.0.0.1:7570").value) }
    }

    var accountName: String? { account ?? Setting.environment("account") }

    /// ENDPOINT[,ENDPOINT…]
    static func endpoints(_ list: String) throws(CommandFailure) -> [String] {
        try Setting.checkEnvironment(known: Setting.all)
        let endpoints = list.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        for (index, endpoint) in endpoints.enumerated() {
            // libzmq would try for ever to reach what is no address.
            guard ["tcp://", "ipc://"].contains(where: endpoint.hasPrefix) else {
                let example = "write tcp://127.0.0.1:7570 or ipc:///run/trunkline/front"
                throw CommandFailure(.badConfiguration, "--broker \(list): \(endpoint.isEmpty ? "one is empty" : "\(endpoint) is no endpoint"); \(example)")
            }
            // Two connections to one broker would pass for two brokers.
            guard !endpoints[..<index].contains(endpoint) else {
                throw CommandFailure(.badConfiguration, "--broker \(list): \(endpoint) stands there twice; name each broker once")
            }
        }
        return endpoints
    }

    /// How long a broker has to show that it is there. Without this a person would wait for a whole request's time to learn that
    /// there is none.
    private static let patience = Duration.seconds(3)

    /// Runs `body` with a client of the pool.
    func withPool<Result: Sendable>(
        _ common: VerbosityOptions, _ body: (MessageClient) async throws -> Result
    ) async throws -> Result {
        let (endpoint, endpoints) = (try endpoint, try endpoints)
        do {
            return try await withMessageClient(
                endpoints: endpoints, name: "trunkline", logger: common.quietLogger("trunkline.client")
            ) { client in
                _ = try await client.admin("Status", timeout: Self.patience)
                return try await body(client)
            }
        } catch let error as CallError {
            throw CommandFailure(error, endpoint: endpoint)
        }
    }
}

extension CommandFailure {
    /// What a failed request means for the person who asked.
    init(_ error: CallError, endpoint: String) {
        switch error.status {
        case .unavailable where !error.wasSent, .deadlineExceeded where !error.wasSent:
            self.init(.poolUnreachable, "no broker answers at \(endpoint); start one with `trunkline up`, or name another with --broker", cause: "\(error)")
        case .unavailable: self.init(.refusedForNow, "\(error.message); try again in a moment, or see `trunkline status`", cause: "\(error)")
        case .deadlineExceeded: self.init(.refusedForNow, "the pool did not answer in time; see `trunkline status`", cause: "\(error)")
        case .resourceExhausted, .failedPrecondition: self.init(.refusedForNow, error.message, cause: "\(error)")
        case .permissionDenied, .unauthenticated: self.init(.notPermitted, error.message, cause: "\(error)")
        case .invalidArgument: self.init(.badInput, error.message, cause: "\(error)")
        default: self.init(.failed, error.message.isEmpty ? error.status.name : error.message, cause: "\(error)")
        }
    }
}

extension MessageClient {
    /// A call of one of our JSON services.
    func ask(_ path: String, _ request: JSON, timeout: Duration = .seconds(30)) async throws -> JSON {
        let reply = try await call(path, request.utf8, contentType: "application/json", timeout: timeout, idempotent: true)
        guard let json = reply.body.withUnsafeBytes({ JSON($0) }) else {
            throw CommandFailure(.failed, "\(path) answered with something that is not JSON")
        }
        return json
    }
}
