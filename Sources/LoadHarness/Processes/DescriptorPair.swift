import Glibc

/// Two connected descriptors, neither of which a child inherits by accident: one that did would hide the other's end.
enum DescriptorPair {
    static func open() throws(LoadError) -> (Int32, Int32) {
        var ends: [Int32] = [-1, -1]
        // A pipe cannot be made so in one call through this C library's module.
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            throw LoadError(.system, "cannot make a pair of descriptors: \(String(cString: strerror(errno)))")
        }
        return (ends[0], ends[1])
    }
}
