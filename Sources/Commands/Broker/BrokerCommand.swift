import ArgumentParser
import MessageBroker

/// `trunkline broker`: the ZeroMQ broker alone.
struct BrokerCommand: HouseCommand {
    static let configuration = CommandConfiguration(
        commandName: "broker", abstract: "Run the broker: queues, leases, journal. It knows no calls.")

    @OptionGroup var common: VerbosityOptions
    @OptionGroup var options: BrokerOptions

    func execute() async throws {
        let stage = try BrokerStage(options.configuration(), grace: options.process.graceSeconds, logger: common.logger("trunkline.broker"))
        try await Interruption.guarding(stop: { stage.shutDown() }) { try await stage.run() }
    }
}
