import Dispatch
import Foundation
import Glibc
import MessageWire
import Synchronization

/// What a process left when it was over.
struct Ended: Sendable {
    /// Its exit status; nil where a signal ended it.
    var status: Int32?
    var signal: Int32?
    /// Standard output.
    var output: String
    /// Standard error.
    var errors: String

    /// Standard output, where all of it is one JSON document.
    var json: JSON? { JSON(output) }
    var lines: [String] { output.split(separator: "\n").map(String.init) }
}

struct ProgramError: Error, CustomStringConvertible {
    var description: String
}

/// A process of the built executable, in a group of its own.
final class Program: Sendable {
    /// `trunkline` beside the running test, where the build puts both.
    static let executable: String = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        return URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent("trunkline").path
    }()

    let id: pid_t
    let outputPath: String
    let errorPath: String
    private let state = Mutex(State())

    private struct State {
        var isReaped = false
        var code: Int32?
        var waiting: [AsyncStream<Void>.Continuation] = []
    }

    /// - Parameters:
    ///   - input: the file that becomes its standard input; nothing to read where there is none.
    ///   - name: of the files beside `folder` that take what it prints.
    init(
        _ arguments: [String], executable: String = Program.executable, environment: [String: String], input: String? = nil, folder: String,
        name: String
    ) throws {
        outputPath = "\(folder)/\(name).out"
        errorPath = "\(folder)/\(name).err"
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, input ?? "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, outputPath, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errorPath, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setpgroup(&attributes, 0)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP) | Int16(POSIX_SPAWN_SETSIGMASK))
        let words = ([executable] + arguments).map { strdup($0) }
        let variables = environment.map { strdup("\($0.key)=\($0.value)") }
        defer { for word in words + variables { free(word) } }
        var id: pid_t = 0
        let code = posix_spawn(&id, executable, &actions, &attributes, words + [nil], variables + [nil])
        guard code == 0 else { throw ProgramError(description: "\(executable) cannot be started: \(String(cString: strerror(code)))") }
        self.id = id
        DispatchQueue(label: "waits for \(id)").async { [self] in reap() }
    }

    /// Runs on a thread of its own until the process is over.
    private func reap() {
        var info = siginfo_t()
        // Left unreaped at first: until the state says so, no other process can have this id.
        while waitid(P_PID, id_t(id), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        let waiting = state.withLock { state in
            var code: Int32 = 0
            while waitpid(id, &code, 0) < 0, errno == EINTR {}
            state.isReaped = true
            state.code = code
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.finish() }
    }

    /// To the process; to its whole group with `group`.
    func send(_ signal: Int32, group: Bool = false) {
        state.withLock { if !$0.isReaped { kill(group ? -id : id, signal) } }
    }

    var isRunning: Bool { state.withLock { !$0.isReaped } }

    /// What it printed so far.
    var outputSoFar: String { Self.text(outputPath) }
    var errorsSoFar: String { Self.text(errorPath) }

    /// Waits until it is over.
    func ended() async -> Ended {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        let isOver = state.withLock { state in
            if !state.isReaped { state.waiting.append(continuation) }
            return state.isReaped
        }
        if isOver { continuation.finish() }
        for await _ in stream {}
        // Nil only where the waiting was cancelled.
        let code = state.withLock { $0.code } ?? 0x7F00
        let signal = code & 0x7F
        return Ended(
            status: signal == 0 ? code >> 8 & 0xFF : nil, signal: signal == 0 ? nil : signal, output: outputSoFar, errors: errorsSoFar)
    }

    /// kill -9, and its end.
    func killed(group: Bool = false) async {
        send(SIGKILL, group: group)
        _ = await ended()
    }

    private static func text(_ path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }
}
