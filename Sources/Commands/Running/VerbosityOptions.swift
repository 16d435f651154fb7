import ArgumentParser
import Logging

struct VerbosityOptions: ParsableArguments {
    @Flag(name: .long, help: "Show what lies behind an error, and more of the log.")
    var verbose = false

    func logger(_ label: String) -> Logger {
        var logger = Logger(label: label) { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = verbose ? .debug : .info
        return logger
    }

    /// For a command that a person waits for: only what goes wrong.
    func quietLogger(_ label: String) -> Logger {
        var logger = logger(label)
        logger.logLevel = verbose ? .debug : .error
        return logger
    }
}
