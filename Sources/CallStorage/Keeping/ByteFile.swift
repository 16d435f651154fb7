import Glibc

/// A file that is written or read once, from its beginning to its end.
struct ByteFile: ~Copyable {
    let path: String
    private let descriptor: Int32

    /// Makes the file, which must not be there yet.
    init(making path: String) throws(StorageError) { try self.init(path, O_WRONLY | O_CREAT | O_EXCL) }

    init(reading path: String) throws(StorageError) { try self.init(path, O_RDONLY) }

    private init(_ path: String, _ flags: Int32) throws(StorageError) {
        // Only its owner: it holds what the stores hold.
        let descriptor = open(path, flags | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StorageError(.unavailable, "cannot open \(path): \(String(cString: strerror(errno)))") }
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    func write(_ bytes: UnsafeRawBufferPointer) throws(StorageError) {
        var rest = bytes
        while !rest.isEmpty {
            let written = Glibc.write(descriptor, rest.baseAddress, rest.count)
            guard written > 0 || written < 0 && errno == EINTR else { throw failure("write") }
            rest = UnsafeRawBufferPointer(rebasing: rest[max(0, written)...])
        }
    }

    /// Fills as much of the buffer as there is; how much that was.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(StorageError) -> Int {
        var count = 0
        while count < buffer.count {
            let got = Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
            if got == 0 { break }
            guard got > 0 || errno == EINTR else { throw failure("read") }
            count += max(0, got)
        }
        return count
    }

    /// On disk when this returns.
    func sync() throws(StorageError) {
        guard fsync(descriptor) == 0 else { throw failure("sync") }
    }

    private func failure(_ verb: String) -> StorageError {
        StorageError(.unavailable, "cannot \(verb) \(path): \(String(cString: strerror(errno)))")
    }
}
