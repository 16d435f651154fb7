import Logging
import MessageBroker
import Testing

/// Runs `body` against a broker of this process that keeps everything in memory.
func withBroker<Result: Sendable>(
    _ services: [String: ServicePolicy], _ body: (_ front: String, _ back: String) async throws -> Result
) async throws -> Result {
    var configuration = BrokerConfiguration()
    configuration.front = ["tcp://127.0.0.1:*"]
    configuration.back = ["tcp://127.0.0.1:*"]
    configuration.durability = .memory
    configuration.services = services
    let broker = try RunningBroker(configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let result = try await body(try #require(broker.endpoints.front.first), try #require(broker.endpoints.back.first))
    broker.stop(grace: 0)
    try await broker.ended()
    return result
}
