import Glibc
import MessageClient
import MessageWire
import MessageWorker

extension PoolFolder {
    private static let services = """
        services:
          test.v1.Echo: {class: unary}
          test.v1.Jobs: {class: durable, max_attempts: 1}
          test.v1.Later: {class: durable, initial_backoff: 60s, jitter: 0}
          test.v1.Spread: {class: durable, fan_out: [test.v1.Jobs, test.v1.Later]}
          test.v1.Idle: {class: durable}

        """

    /// A broker with services of another trade while `body` runs: Echo answers, Jobs works and dies, Later fails and is delayed.
    ///
    /// - Returns: how the broker ended.
    @discardableResult
    func whileWorking(_ body: () async throws -> Void) async throws -> Ended {
        let broker = try startBroker("--config", try file("broker.yaml", Self.services))
        let worker = try MessageWorker(endpoint: back, name: "tester", instance: "one", services: Self.handlers, logger: .silent)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await worker.run() }
            try await withClient { client in _ = try await client.answered("test.v1.Echo/Say", [:]) }
            try await body()
            broker.send(SIGTERM)
            let ended = await broker.ended()
            group.cancelAll()
            return ended
        }
    }

    private static var handlers: [PoolService] {
        [
            .concurrent("test.v1.Echo") { task in
                switch task.method {
                case "Say": .done(task.body)
                case "Bytes": .done([0, 255, 1])
                case "Refuse": .failed(.permissionDenied, "not for you")
                default: .failed(.unimplemented, "no such method")
                }
            },
            .concurrent("test.v1.Jobs") { task in
                task.method == "Die" ? .never(.invalidArgument, "no such customer") : .done()
            },
            .concurrent("test.v1.Later") { _ in .failed(.unavailable, "the printer is off") },
        ]
    }

    /// Runs a command for people against this folder's pool.
    func ask(_ arguments: [String], input: String? = nil) async throws -> Ended {
        try await start(arguments, variables: ["TRUNKLINE_BROKER": front], input: input).ended()
    }

    /// Jobs that have died, by their ids, in the order of their deaths.
    func die(_ bodies: String...) async throws -> [String] {
        var ids: [String] = []
        for body in bodies {
            let ended = try await ask("request", "test.v1.Jobs/Die", "--body", body, "--wait", "--json", "--metadata", "tenant=acme")
            guard ended.status == 1, let id = ended.json?["request_id"]?.string else { throw ProgramError(description: "\(ended)") }
            ids.append(id)
        }
        return ids
    }
}
