package import Glibc

/// Processor time as the operating system accounts it to a whole process, libzmq's threads included.
package enum ProcessorTime {
    /// Microseconds so far of this process.
    package static var own: Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return seconds(usage.ru_utime) * 1e6 + seconds(usage.ru_stime) * 1e6
    }

    package static var ownID: pid_t { getpid() }

    /// Microseconds so far of a running process, to the tick of 10 ms; nil where it is gone.
    package static func of(_ process: pid_t) -> Double? {
        guard let stat = ProcFile.read("/proc/\(process)/stat") else { return nil }
        return ticks(stat).map { Double($0) / Double(sysconf(Int32(_SC_CLK_TCK))) * 1e6 }
    }

    /// Resident bytes at their highest; nil where the process is gone.
    package static func mostMemory(of process: pid_t) -> Int? {
        ProcFile.read("/proc/\(process)/status").flatMap { status in
            status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
                .flatMap { Int($0.split { $0 == " " || $0 == "\t" }[1]) }.map { $0 * 1024 }
        }
    }

    /// utime and stime of a stat line (proc(5)); the name in parentheses may hold anything, so the fields count from behind it.
    static func ticks(_ stat: String) -> UInt64? {
        guard let end = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        guard fields.count > 12, let user = UInt64(fields[11]), let system = UInt64(fields[12]) else { return nil }
        return user + system
    }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
}

/// The kernel's small text files.
enum ProcFile {
    static func read(_ path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        return withUnsafeTemporaryAllocation(byteCount: 8192, alignment: 1) { buffer in
            let count = Glibc.read(file, buffer.baseAddress, buffer.count)
            return count > 0 ? String(decoding: buffer.prefix(count), as: UTF8.self) : nil
        }
    }
}
