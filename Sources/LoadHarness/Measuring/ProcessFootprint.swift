package import Glibc

/// What a process holds at this moment.
package struct ProcessFootprint: Hashable, Sendable {
    /// Resident bytes.
    package var memory: Int
    package var descriptors: Int

    /// Nil where the process is gone.
    package init?(of process: pid_t) {
        guard let status = ProcFile.read("/proc/\(process)/status"), let folder = opendir("/proc/\(process)/fd") else { return nil }
        defer { closedir(folder) }
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        guard let kilobytes = line.flatMap({ Int($0.split { $0 == " " || $0 == "\t" }[1]) }) else { return nil }
        memory = kilobytes * 1024
        descriptors = 0
        while let entry = readdir(folder) {
            // "." and "..".
            if entry.pointee.d_name.0 != CChar(bitPattern: UInt8(ascii: ".")) { descriptors += 1 }
        }
    }
}
