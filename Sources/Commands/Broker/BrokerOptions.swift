import ArgumentParser
import CallServices
import Logging
import MessageBroker

/// The settings of a broker, for `broker` and `up` (interfaces.md §3).
struct BrokerOptions: ParsableArguments {
    @Option(name: .long, help: "Endpoint for producers and commands (default: tcp://127.0.0.1:7570).")
    var front: String?

    @Option(name: .long, help: "Endpoint for workers (default: tcp://127.0.0.1:7571).")
    var back: String?

    @Option(name: .long, help: "The broker's file (YAML).")
    var config: String?

    @OptionGroup var process: ProcessOptions

    /// The file over the built-in services, and over that what the environment and the command line say.
    func configuration(undeclaredServices: Int = 0) throws(CommandFailure) -> BrokerConfiguration {
        try Setting.checkEnvironment(known: Setting.all)
        var configuration = BrokerConfiguration()
        configuration.undeclaredServices = undeclaredServices
        configuration.services = Self.builtInServices
        let text = try file.map { path throws(CommandFailure) in try Files.text(path) }
        do throws(ConfigurationError) {
            if let text { configuration = try BrokerConfiguration(yaml: text, over: configuration) }
            if let front = front ?? Setting.environment("front") { configuration.front = [front] }
            if let back = back ?? Setting.environment("back") { configuration.back = [back] }
            if let data = process.data ?? Setting.environment("data") { configuration.data = data }
            try configuration.check()
        } catch {
            throw CommandFailure(.badConfiguration, (file.map { "\($0):\n" } ?? "") + "\(error)")
        }
        return configuration
    }

    var file: String? { config ?? Setting.environment("config") }

    /// Every service of this project, so that the default run needs no file.
    static var builtInServices: [String: ServicePolicy] {
        Dictionary(
            uniqueKeysWithValues: BuiltInService.all.map { service in
                switch service.policy {
                case .unary(let defaultTimeout, let tee):
                    var policy = UnaryPolicy()
                    policy.defaultTimeout = defaultTimeout
                    policy.tee = tee
                    return (service.name, .unary(policy))
                case .durable(let lease, let linger, let fanOut):
                    var policy = DurablePolicy()
                    policy.lease = lease
                    policy.linger = linger
                    policy.fanOut = fanOut
                    return (service.name, .durable(policy))
                }
            })
    }

    static func start(_ configuration: BrokerConfiguration, _ logger: Logger) throws(CommandFailure) -> RunningBroker {
        do throws(BrokerError) {
            return try RunningBroker(configuration, logger: logger)
        } catch {
            throw CommandFailure(error)
        }
    }
}

extension CommandFailure {
    init(_ error: BrokerError) {
        switch error.code {
        case .endpoint, .data: self.init(.badConfiguration, error.message)
        case .disk: self.init(.io, error.message)
        case .resources: self.init(.failed, error.message)
        }
    }
}
