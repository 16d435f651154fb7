import Glibc

/// Results go to standard output; all else to standard error (interfaces.md §2).
enum Terminal {
    static func complain(_ text: String) {
        write("trunkline: \(text)\n", to: STDERR_FILENO)
    }

    /// One line of a result.
    static func say(_ text: String) {
        write(text + "\n", to: STDOUT_FILENO)
    }

    /// Shown while work goes on, over itself, where a person looks on; nothing on a pipe.
    static func progress(_ text: String) {
        guard isInteractive else { return }
        write("\r\u{1B}[2K\(text)", to: STDERR_FILENO)
    }

    /// Clears the line that `progress` wrote.
    static func endProgress() { progress("") }

    /// Whether a person looks on, so that progress helps.
    static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 }

    private static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            // Nobody reads any more: there is nobody to tell.
            guard written > 0 || errno == EINTR else { return }
            bytes = bytes.dropFirst(max(0, written))
        }
    }
}
