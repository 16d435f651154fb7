import Glibc

/// The file of an `ipc://` endpoint.
enum LocalEndpoint {
    /// Whether somebody listens there now. libzmq would take the file away from him without a word.
    static func isTaken(_ endpoint: String) -> Bool {
        let path = Array(endpoint.utf8.dropFirst("ipc://".utf8.count))
        var address = sockaddr_un()
        // An abstract name has no file, and the system itself refuses a second owner.
        guard endpoint.hasPrefix("ipc://"), path.first != UInt8(ascii: "@"), path.count < MemoryLayout.size(ofValue: address.sun_path) else {
            return false
        }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }
}
