import Logging
import MessageBroker

struct BrokerStage: Stage {
    private let broker: RunningBroker
    private let grace: Int

    init(_ configuration: BrokerConfiguration, grace: Int, logger: Logger) throws(CommandFailure) {
        broker = try BrokerOptions.start(configuration, logger)
        self.grace = grace
    }

    var endpoints: (front: [String], back: [String]) { broker.endpoints }

    func run() async throws {
        do throws(BrokerError) {
            try await broker.ended()
        } catch {
            throw CommandFailure(error)
        }
    }

    func shutDown() { broker.stop(grace: Int64(grace) * 1000) }
}
