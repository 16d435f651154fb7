import ArgumentParser

/// What every long-running process is told.
struct ProcessOptions: ParsableArguments {
    @Option(name: .long, help: "Folder for everything a process keeps (default: ./trunkline-data).")
    var data: String?

    @Option(name: .long, help: "Seconds to finish what is held when asked to stop (default: 25).")
    var grace: Int?

    var folder: String { Setting("data", given: data, fallback: "./trunkline-data").value }

    var graceSeconds: Int {
        get throws(CommandFailure) {
            let setting = Setting("grace", given: grace.map(String.init), fallback: "25")
            guard let seconds = Int(setting.value), 0...86_400 ~= seconds else {
                throw CommandFailure(.usage, "grace \(setting.value) (\(setting.source.rawValue)): a number of seconds from 0 to 86400 is meant")
            }
            return seconds
        }
    }
}
