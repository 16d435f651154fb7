import Glibc

/// The folder a journal lives in, with one owner: the process that holds the lock on its `lock` file.
final class JournalFolder: Sendable {
    let path: String
    /// The lock's descriptor; nil once given up.
    private let lock: Guarded<Int32?>

    /// Makes the folder where it is missing. Throws `JournalError`: `owned` where another process has it, else `io`.
    init(_ path: String) throws(JournalError) {
        try Self.make(path)
        let file = path + "/lock"
        let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure("cannot open \(file)") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            let owner = Self.owner(descriptor)
            Glibc.close(descriptor)
            guard reason == EWOULDBLOCK else { throw Self.failure("cannot lock \(file)", reason) }
            throw JournalError(
                code: .owned, message: "\(path) is in use by another broker\(owner): stop that one, or name another folder with --data")
        }
        let note = "\(getpid())\n"
        ftruncate(descriptor, 0)
        pwrite(descriptor, note, note.utf8.count, 0)
        self.path = path
        lock = Guarded(descriptor)
    }

    deinit {
        release()
    }

    /// Gives the folder up; its file must be closed.
    func release() {
        if let descriptor = lock.with({ $0.take() }) { Glibc.close(descriptor) }
    }

    var file: String { path + "/journal.sqlite" }

    /// Bytes that an ordinary user may still write on the folder's file system; `.max` where the system does not say.
    func freeDisk() -> Int64 {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return .max }
        return Int64(clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue)
    }

    private static func owner(_ lock: Int32) -> String {
        var text = [UInt8](repeating: 0, count: 20)
        let count = pread(lock, &text, text.count, 0)
        let digits = text.prefix(max(0, count)).prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return digits.isEmpty ? "" : " (process \(String(decoding: digits, as: UTF8.self)))"
    }

    /// Makes each missing folder of the path, and the entry for it durable: a journal is no use in a folder that a power cut takes away.
    private static func make(_ path: String) throws(JournalError) {
        if mkdir(path, 0o700) == 0 {
            let parent = Glibc.open(path + "/..", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard parent >= 0 else { return }
            fsync(parent)
            Glibc.close(parent)
            return
        }
        switch errno {
        case EEXIST: return
        case ENOENT:
            guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { throw failure("cannot make the folder \(path)", ENOENT) }
            try make(String(path[..<slash]))
            try make(path)
        case let reason: throw failure("cannot make the folder \(path)", reason)
        }
    }

    private static func failure(_ what: String, _ reason: Int32 = errno) -> JournalError {
        JournalError(code: .io, message: "\(what): \(String(cString: strerror(reason)))")
    }
}
