import ArgumentParser
import MessageBroker

/// `trunkline broker`: the ZeroMQ broker alone.
struct BrokerCommand: HouseCommand {
    static let configuration = CommandConfiguration(
        commandName: "broker", abstract: "Run the broker: queues, leases, journal. It knows no calls.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var options: BrokerOptions

    func execute() async throws {
        let configuration = try options.configuration()
        let logger = Logs.logger("trunkline.broker", verbose: common.verbose)
        let broker = try BrokerOptions.start(configuration, logger)
        let grace = options.grace
        try await Interruption.guarding(stop: { broker.stop(grace: Int64(grace) * 1000) }) {
            do throws(BrokerError) {
                try await broker.ended()
            } catch {
                throw BrokerOptions.failure(error)
            }
        }
    }
}
