import Glibc

/// What the process has of memory and descriptors. Asking the kernel for it touches no disk.
struct ProcessResources: ~Copyable {
    /// libzmq ends the process, or spins, when it can open nothing (reliability.md): these are let go just before that.
    private static let reserved = 16

    private let memory: Int32
    private var reserve: [Int32] = []
    private let pageSize = sysconf(Int32(_SC_PAGESIZE))

    /// Raises the process's limit of descriptors as far as it may, and sets some aside.
    init() {
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < limit.rlim_max {
            limit.rlim_cur = limit.rlim_max
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        }
        memory = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
    }

    deinit {
        for descriptor in reserve { close(descriptor) }
        close(memory)
    }

    mutating func measure() -> Resources {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let most = Int(clamping: limit.rlim_cur)
        // The lowest free number: all below it are in use.
        let free = fcntl(0, F_DUPFD_CLOEXEC, 0)
        if free >= 0 { close(free) }
        var resources = Resources(memory: residentMemory, descriptors: free < 0 ? most : Int(free), descriptorLimit: most)
        if free < 0 {
            for descriptor in reserve { close(descriptor) }
            reserve = []
        } else if reserve.isEmpty, !resources.areDescriptorsShort {
            reserve = (0..<Self.reserved).map { _ in fcntl(memory, F_DUPFD_CLOEXEC, 0) }.filter { $0 >= 0 }
        }
        resources.descriptors -= reserve.count
        return resources
    }

    /// Bytes; the second number of the file, in pages.
    private var residentMemory: Int {
        withUnsafeTemporaryAllocation(byteCount: 128, alignment: 1) { buffer in
            let count = pread(memory, buffer.baseAddress, buffer.count, 0)
            guard count > 0 else { return 0 }
            let words = buffer[..<count].split(separator: UInt8(ascii: " "))
            return words.count > 1 ? words[1].reduce(0) { $0 * 10 + Int($1 &- UInt8(ascii: "0")) } * pageSize : 0
        }
    }

    /// Gives freed memory back to the system, which glibc does not do by itself.
    func trim() {
        _ = Self.mallocTrim?(0)
    }

    /// Swift's module of glibc leaves malloc.h out; another C library may have no such function.
    private static let mallocTrim = dlsym(nil, "malloc_trim").map { unsafeBitCast($0, to: (@convention(c) (Int) -> Int32).self) }
}
