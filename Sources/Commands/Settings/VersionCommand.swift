import ArgumentParser

struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version.")

    func run() { Terminal.say(Version.text) }
}

enum Version {
    static let text = "trunkline 0.1.0 (TLP/1)"
}
