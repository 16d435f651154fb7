import ArgumentParser
import MessageBroker
import MessageWire
import Yams

/// `trunkline config`: each setting's value, and where it came from.
struct ConfigCommand: HouseCommand {
    static let configuration = CommandConfiguration(commandName: "config", abstract: "Print every setting, its value and where it comes from.")

    @OptionGroup var common: VerbosityOptions
    @OptionGroup var options: BrokerOptions

    @Option(name: .long, help: "The broker's endpoint, as other commands take it.")
    var broker: String?

    @Option(name: .long, help: "The account, as other commands take it.")
    var account: String?

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func execute() async throws {
        let settings = try settings()
        guard !json else {
            let values = settings.map { JSON.Member($0.name, ["value": .string($0.value), "source": .string($0.source.rawValue)]) }
            return Terminal.say(JSON.object(values).text)
        }
        var table = TextTable(["setting", "value", "from"])
        for setting in settings { table.add([setting.name, setting.value, setting.source.rawValue]) }
        table.show()
    }

    private func settings() throws -> [Setting] {
        let configuration = try options.configuration()
        let written = try keysOfFile()
        func ofBroker(_ name: String, _ value: String, given: String? = nil) -> Setting {
            if given != nil { return Setting(name, value: value, source: .commandLine) }
            if Setting.all.contains(name), Setting.environment(name) != nil { return Setting(name, value: value, source: .environment) }
            return Setting(name, value: value, source: written.contains(name) ? .file : .builtIn)
        }
        return [
            Setting("config", given: options.config, fallback: "(none)"),
            ofBroker("front", configuration.front.joined(separator: ","), given: options.front),
            ofBroker("back", configuration.back.joined(separator: ","), given: options.back),
            ofBroker("data", configuration.data, given: options.process.data),
            Setting("grace", value: String(try options.process.graceSeconds), source: Setting("grace", given: options.process.grace.map(String.init), fallback: "25").source),
            Setting("broker", given: broker, fallback: "(front for commands, back for workers)"),
            Setting("account", given: account, fallback: "(the pool's only one)"),
            ofBroker("heartbeat", "\(configuration.heartbeat)ms"),
            ofBroker("max_body", String(configuration.maxBody)),
            ofBroker("max_frame", String(configuration.maxFrame)),
            ofBroker("window", String(configuration.window)),
            ofBroker("durability", configuration.durability.rawValue),
            ofBroker("dedupe_window", "\(configuration.dedupeWindow)ms"),
            ofBroker("dedupe_replies", String(configuration.dedupeReplies)),
            ofBroker("dedupe_ids", String(configuration.dedupeIDs)),
            ofBroker("peers", String(configuration.peers)),
            ofBroker("undeclared_services", String(configuration.undeclaredServices)),
            ofBroker("disk_reserve", String(configuration.diskReserve)),
            ofBroker("memory_limit", String(configuration.memoryLimit)),
            ofBroker("services", configuration.services.keys.sorted().joined(separator: " ")),
        ]
    }

    /// The file's own keys; it has been read and checked before.
    private func keysOfFile() throws(CommandFailure) -> Set<String> {
        guard let path = options.file else { return [] }
        guard case .mapping(let mapping)? = try? Yams.compose(yaml: Files.text(path)) else { return [] }
        return Set(mapping.keys.compactMap(\.string))
    }
}
