import Glibc

/// Small files that a run writes for its processes.
enum TextFile {
    static func write(_ text: String, to path: String) throws(LoadError) {
        guard let file = fopen(path, "we") else {
            throw LoadError(.system, "cannot write \(path): \(String(cString: strerror(errno)))")
        }
        let isWritten = fputs(text, file) >= 0
        guard fclose(file) == 0, isWritten else { throw LoadError(.system, "cannot write \(path): is the disk full?") }
    }
}
