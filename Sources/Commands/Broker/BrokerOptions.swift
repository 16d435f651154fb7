import ArgumentParser
import Foundation
import Logging
import MessageBroker

/// The settings of a broker, for `broker` and `up` (interfaces.md §3).
struct BrokerOptions: ParsableArguments {
    @Option(name: .long, help: "Endpoint for producers and commands.")
    var front: String?

    @Option(name: .long, help: "Endpoint for workers.")
    var back: String?

    @Option(name: .long, help: "The broker's file (YAML).")
    var config: String?

    @Option(name: .long, help: "Folder for everything a process keeps.")
    var data: String?

    @Option(name: .long, help: "Seconds to finish what is held when asked to stop.")
    var grace = 25

    func configuration() throws -> BrokerConfiguration {
        var configuration = BrokerConfiguration()
        do throws(ConfigurationError) {
            if let config {
                guard let text = try? String(contentsOfFile: config, encoding: .utf8) else {
                    throw ConfigurationError(problems: [.init(path: "", message: "cannot read \(config)")])
                }
                configuration = try BrokerConfiguration(yaml: text, over: configuration)
            }
            if let front { configuration.front = [front] }
            if let back { configuration.back = [back] }
            if let data { configuration.data = data }
            try configuration.check()
        } catch {
            throw CommandFailure(.badConfiguration, "\(error)")
        }
        return configuration
    }

    static func start(_ configuration: BrokerConfiguration, _ logger: Logger) throws -> RunningBroker {
        do throws(BrokerError) {
            return try RunningBroker(configuration, logger: logger)
        } catch {
            throw failure(error)
        }
    }

    static func failure(_ error: BrokerError) -> CommandFailure {
        switch error.code {
        case .endpoint, .data: CommandFailure(.badConfiguration, error.message)
        case .disk: CommandFailure(.io, error.message)
        case .resources: CommandFailure(.failed, error.message)
        }
    }
}
