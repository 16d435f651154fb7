/// What a command tells the shell (interfaces.md §2).
enum ExitStatus: Int32 {
    case done = 0
    case failed = 1
    case usage = 64
    case badInput = 65
    case noSuchFile = 66
    case poolUnreachable = 69
    case io = 74
    case refusedForNow = 75
    case notPermitted = 77
    case badConfiguration = 78
}

/// A command that did not do what it was asked: one line that says what is wrong, with which value, and what to do.
struct CommandFailure: Error {
    var status: ExitStatus
    var message: String
    /// What lies behind it, shown with `--verbose`.
    var cause: String?

    init(_ status: ExitStatus, _ message: String, cause: String? = nil) {
        self.status = status
        self.message = message
        self.cause = cause
    }
}
