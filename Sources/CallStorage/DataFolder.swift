import Glibc

/// A folder that one process owns while this value lives (interfaces.md §3).
package struct DataFolder: ~Copyable {
    package let path: String
    private let lock: Int32

    /// Makes the folder where there is none and claims it. Throws `folderInUse` when it is claimed already, also by this process; `unavailable` when it cannot be made or opened.
    package init(claiming path: String) throws(StorageError) {
        try Self.make(path)
        let file = path + "/lock"
        let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StorageError(.unavailable, "cannot open \(file): \(Self.reason(errno)); check who owns the folder") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            close(descriptor)
            guard reason == EWOULDBLOCK else { throw StorageError(.unavailable, "cannot lock \(file): \(Self.reason(reason)); put the data folder on a local disk") }
            throw StorageError(.folderInUse, "\(path) is in use by another process: stop that one, or name another folder with --data")
        }
        self.path = path
        lock = descriptor
    }

    deinit {
        // Closing gives the lock back.
        close(lock)
    }

    private static func make(_ path: String) throws(StorageError) {
        var made = ""
        for part in path.split(separator: "/", omittingEmptySubsequences: false) {
            made += made.isEmpty && part.isEmpty ? "/" : made.isEmpty || made == "/" ? String(part) : "/" + part
            guard made != "/", !part.isEmpty else { continue }
            guard mkdir(made, 0o750) == 0 || errno == EEXIST else {
                throw StorageError(.unavailable, "cannot make the folder \(made): \(reason(errno)); check who owns the one above it")
            }
        }
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}
