import Dispatch
import Glibc

/// Results go to standard output; all else to standard error (interfaces.md §2).
enum Terminal {
    static func complain(_ text: String) {
        write("trunkline: \(text)\n", to: STDERR_FILENO)
    }

    /// One line beside a result.
    static func note(_ text: String) {
        write(text + "\n", to: STDERR_FILENO)
    }

    /// One line of a result.
    static func say(_ text: String) {
        write(text + "\n", to: STDOUT_FILENO)
    }

    /// A part of a result whose rest follows.
    static func sayPart(_ text: String) { write(text, to: STDOUT_FILENO) }

    /// Shown while work goes on, over itself, where a person looks on; nothing on a pipe.
    static func progress(_ text: String) {
        guard isInteractive else { return }
        write("\r\u{1B}[2K\(text)", to: STDERR_FILENO)
    }

    /// Clears the line that `progress` wrote.
    static func endProgress() { progress("") }

    /// Bytes of a result, as they are.
    ///
    /// - Throws: `CommandFailure` where not all of them were taken.
    static func hand(over bytes: [UInt8]) throws(CommandFailure) {
        guard write(bytes, to: STDOUT_FILENO) else { throw CommandFailure(.io, "standard output took only a part: \(String(cString: strerror(errno)))") }
    }

    /// Asks on the terminal, and waits for a line of input; nil where there is nobody to ask.
    static func ask(_ question: String) async -> String? {
        guard isInteractive, isatty(STDIN_FILENO) == 1 else { return nil }
        write("\(question) ", to: STDERR_FILENO)
        // A person may take an hour, and the cooperative pool has few threads.
        return await withCheckedContinuation { continuation in
            DispatchQueue(label: "waits for an answer").async { continuation.resume(returning: readLine() ?? "") }
        }
    }

    /// Whether results go to a person's screen, which can be painted and written over.
    static var isScreen: Bool { isatty(STDOUT_FILENO) == 1 && getenv("TERM").map { String(cString: $0) } != "dumb" }

    /// Rows and columns of the screen.
    static var size: (rows: Int, columns: Int) {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0, size.ws_col > 0 else { return (24, 80) }
        return (Int(size.ws_row), Int(size.ws_col))
    }

    /// Whether a person looks on, so that progress helps.
    static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 }

    private static func write(_ text: String, to descriptor: Int32) {
        // Nobody reads any more: there is nobody to tell.
        _ = write(Array(text.utf8), to: descriptor)
    }

    /// Whether all of it was taken.
    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var bytes = bytes[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard written > 0 || errno == EINTR else { return false }
            bytes = bytes.dropFirst(max(0, written))
        }
        return true
    }
}
