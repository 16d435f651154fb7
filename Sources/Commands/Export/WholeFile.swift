import Glibc

/// A file that is there whole or not at all: written under another name beside it, and renamed once it is on disk.
final class WholeFile {
    private let path: String
    private let draft: String
    private var descriptor: Int32

    /// - Throws: `CommandFailure` where the file cannot be written there.
    init(_ path: String) throws(CommandFailure) {
        self.path = path
        draft = "\(path).part-\(getpid())"
        var status = stat()
        guard stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG else { throw CommandFailure(.io, "\(path): is no file that can be replaced; name another with --output") }
        descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Self.failure(path, "cannot be written") }
    }

    func write(_ bytes: [UInt8]) throws(CommandFailure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard written > 0 || errno == EINTR else { throw Self.failure(path, "not all of it could be written") }
            rest = rest.dropFirst(max(0, written))
        }
    }

    /// It is on disk under its name when this returns.
    func finish() throws(CommandFailure) {
        guard fsync(descriptor) == 0 else { throw Self.failure(path, "cannot be brought to the disk") }
        close(descriptor)
        descriptor = -1
        guard rename(draft, path) == 0 else {
            let failure = Self.failure(path, "cannot be given its name")
            unlink(draft)
            throw failure
        }
        // The new name is the folder's: it is on disk when the folder is.
        let slash = path.lastIndex(of: "/")
        let folder = open(slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return }
        fsync(folder)
        close(folder)
    }

    /// Nothing stays of one that was not finished.
    deinit {
        guard descriptor >= 0 else { return }
        close(descriptor)
        unlink(draft)
    }

    private static func failure(_ path: String, _ what: String) -> CommandFailure {
        CommandFailure(.io, "\(path): \(what): \(String(cString: strerror(errno)))")
    }
}

/// Where an export goes: a file, or standard output.
struct ExportSink {
    private let file: WholeFile?

    /// - Parameter path: nil or "-": standard output.
    init(_ path: String?) throws(CommandFailure) {
        file = if let path, path != "-" { try WholeFile(path) } else { nil }
    }

    func write(_ bytes: [UInt8]) throws(CommandFailure) {
        if let file { try file.write(bytes) } else { try Terminal.hand(over: bytes) }
    }

    func finish() throws(CommandFailure) { try file?.finish() }
}
