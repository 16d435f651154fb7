import Glibc

/// The program this process runs, to start more of it.
package enum OwnExecutable {
    package static func path() throws(LoadError) -> String {
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &bytes, bytes.count)
        guard count > 0 else { throw LoadError(.system, "cannot read /proc/self/exe: \(String(cString: strerror(errno)))") }
        return String(decoding: bytes.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
