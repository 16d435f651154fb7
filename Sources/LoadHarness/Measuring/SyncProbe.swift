import Glibc

/// How long this disk takes to make an appended record durable.
enum SyncProbe {
    private static let rounds = 200
    /// A page of most file systems, and of the size of a call's record and what goes with it.
    private static let record = [UInt8](repeating: 0x5A, count: 4096)

    /// - Parameter folder: on the disk in question.
    /// - Throws: `LoadError` where it cannot be written to.
    static func measure(in folder: String) throws(LoadError) -> Latencies {
        let path = folder + "/sync-probe"
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure(path) }
        defer {
            close(file)
            unlink(path)
        }
        var latencies = Latencies()
        for _ in 0..<rounds {
            let began = Stopwatch.now()
            guard write(file, record, record.count) == record.count, fdatasync(file) == 0 else { throw failure(path) }
            latencies.record(Stopwatch.now() - began)
        }
        return latencies
    }

    private static func failure(_ path: String) -> LoadError {
        LoadError(.system, "cannot write \(path): \(String(cString: strerror(errno)))")
    }
}
