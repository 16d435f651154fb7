import Foundation
import Glibc
import MessageWire

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

/// A process of the built executable, in a group of its own; it is killed when nobody holds it any more.
final class Program: Sendable {
    /// `trunkline` beside the running test, where the build puts both.
    static let executable: String = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        return URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent("trunkline").path
    }()

    let id: pid_t
    private let reaper: Reaper
    /// What it prints goes there, so it must not vanish before.
    private let folder: TemporaryFolder
    private let outputPath: String
    private let errorPath: String

    /// - Parameters:
    ///   - input: the file that becomes its standard input; nothing to read where there is none.
    ///   - name: of the files in `folder` that take what it prints.
    init(
        _ arguments: [String], executable: String = Program.executable, environment: [String: String], input: String? = nil,
        folder: TemporaryFolder, name: String
    ) throws {
        self.folder = folder
        outputPath = "\(folder.path)/\(name).out"
        errorPath = "\(folder.path)/\(name).err"
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
        reaper = Reaper(id)
    }

    deinit { reaper.send(SIGKILL, group: true) }

    /// To the process, or to its whole group.
    func send(_ signal: Int32, group: Bool = false) { reaper.send(signal, group: group) }

    var isRunning: Bool { reaper.isRunning }

    /// What it printed so far.
    var outputSoFar: String { Self.text(outputPath) }
    var errorsSoFar: String { Self.text(errorPath) }

    /// Waits until it is over.
    func ended() async -> Ended {
        // Neither an exit nor a signal where the waiting was cancelled.
        let code = await reaper.ended() ?? 0x7F
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
