package import Glibc
import Synchronization

/// A process of a run. In a group of its own: a Ctrl-C in the terminal is for the run, which ends its processes itself.
package final class ChildProcess: Sendable {
    package let name: String
    package let id: pid_t
    /// The reading end of the child's standard output: it closes when the child ends, so its end can be waited for.
    private let output: Int32
    private let log: String
    private let isReaped = Mutex(false)

    /// - Parameters:
    ///   - input: becomes its standard input; nothing to read where there is none.
    ///   - log: the file that takes its standard error.
    /// - Throws: `LoadError` where it cannot be started.
    init(name: String, executable: String, _ arguments: [String], input: Int32? = nil, log: String) throws(LoadError) {
        let (here, there) = try DescriptorPair.open()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input {
            posix_spawn_file_actions_adddup2(&actions, input, 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        posix_spawn_file_actions_adddup2(&actions, there, 1)
        posix_spawn_file_actions_addopen(&actions, 2, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setpgroup(&attributes, 0)
        // A parent that traps signals holds them back from the child otherwise.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP) | Int16(POSIX_SPAWN_SETSIGMASK))
        let words = ([executable] + arguments).map { strdup($0) }
        defer { for word in words { free(word) } }
        var process: pid_t = 0
        let code = posix_spawn(&process, executable, &actions, &attributes, words + [nil], environ)
        close(there)
        guard code == 0 else {
            close(here)
            throw Self.failure("\(name) (\(executable))", code)
        }
        self.name = name
        self.log = log
        id = process
        output = here
    }

    deinit {
        end(grace: 0)
        close(output)
    }

    private static func failure(_ name: String, _ number: Int32) -> LoadError {
        LoadError(.system, "cannot start \(name): \(String(cString: strerror(number)))")
    }

    /// Whether it has ended, by itself or not.
    package var hasEnded: Bool { waitForEnd(milliseconds: 0) }

    package func ask(_ signal: Int32 = SIGTERM) {
        isReaped.withLock { if !$0 { kill(id, signal) } }
    }

    /// Waits for a process that was asked to end, kills it after `grace` milliseconds, and reaps it.
    package func end(grace: Int32) {
        if !waitForEnd(milliseconds: grace) { ask(SIGKILL) }
        isReaped.withLock { isReaped in
            guard !isReaped else { return }
            while waitpid(id, nil, 0) < 0, errno == EINTR {}
            isReaped = true
        }
    }

    /// True once its standard output has closed.
    private func waitForEnd(milliseconds: Int32) -> Bool {
        let limit = Stopwatch.now() + UInt64(milliseconds) * 1_000_000
        var line = [UInt8](repeating: 0, count: 4096)
        while true {
            let now = Stopwatch.now()
            var item = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
            let ready = poll(&item, 1, now < limit ? Int32((limit - now) / 1_000_000) : 0)
            if ready > 0 {
                // Nobody needs what it prints; unread, it would stop the child once the pipe is full.
                if read(output, &line, line.count) == 0 { return true }
            } else if now >= limit {
                return false
            }
        }
    }

    /// The end of its log.
    package var lastWords: String {
        guard let file = fopen(log, "r") else { return "" }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 2000)
        fseek(file, 0, SEEK_END)
        fseek(file, max(0, ftell(file) - bytes.count), SEEK_SET)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}
