import Foundation
import Glibc
import Logging
import MessageClient
import MessageWire
import Synchronization

/// A folder for one pool: its data, its endpoints, and what its processes print.
final class PoolFolder: Sendable {
    let front: String
    let back: String
    private let folder: TemporaryFolder
    private let started = Mutex(0)

    /// - Parameter tcp: endpoints on free ports of loopback; else sockets in the folder.
    init(tcp: Bool = false) throws {
        folder = try TemporaryFolder()
        front = tcp ? "tcp://127.0.0.1:\(try FreePort.next())" : "ipc://\(folder.path)/front"
        back = tcp ? "tcp://127.0.0.1:\(try FreePort.next())" : "ipc://\(folder.path)/back"
    }

    var path: String { folder.path }
    var data: String { path + "/data" }

    /// Writes a file of a test.
    func file(_ name: String, _ text: String) throws -> String {
        let file = "\(path)/\(name)"
        try text.write(toFile: file, atomically: false, encoding: .utf8)
        return file
    }

    /// Starts a process.
    ///
    /// - Parameter variables: its environment, beside PATH.
    func start(_ arguments: [String], variables: [String: String] = [:], input: String? = nil, executable: String = Program.executable) throws -> Program {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let number = started.withLock { number in
            number += 1
            return number
        }
        return try Program(
            arguments, executable: executable, environment: ["PATH": path].merging(variables) { $1 }, input: input, folder: folder,
            name: "process-\(number)")
    }

    /// Runs a command to its end.
    func run(_ arguments: String..., variables: [String: String] = [:], input: String? = nil) async throws -> Ended {
        try await start(arguments, variables: variables, input: input).ended()
    }

    /// Runs a command for people against this folder's pool.
    func ask(_ arguments: String..., input: String? = nil) async throws -> Ended {
        try await start(arguments, variables: ["TRUNKLINE_BROKER": front], input: input).ended()
    }

    func startBroker(_ more: String...) throws -> Program {
        try start(["broker", "--data", data, "--front", front, "--back", back] + more)
    }

    func startWorker(_ kind: String, _ more: String...) throws -> Program {
        try start(["worker", kind, "--data", data, "--broker", back] + more)
    }

    /// A client of this pool while `body` runs.
    func withClient<Result: Sendable>(_ body: (MessageClient) async throws -> Result) async throws -> Result {
        try await withMessageClient(endpoint: front, name: "test", logger: .silent, body)
    }

    /// A pool in one process while `body` runs, which SIGTERM then ends.
    ///
    /// - Returns: how the pool ended.
    @discardableResult
    func whileUp(_ more: String..., body: (Program) async throws -> Void) async throws -> Ended {
        let up = try start(["up", "--data", data, "--front", front, "--back", back] + more)
        try await withClient { try await $0.waitForPool() }
        try await body(up)
        up.send(SIGTERM)
        return await up.ended()
    }
}

extension Logger {
    static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}

extension MessageClient {
    /// Until every stage answers.
    func waitForPool() async throws {
        _ = try await answered("trunkline.v1.Directory/Changes", ["have": [:], "wait_ms": 0])
        _ = try await answered("trunkline.v1.CallLog/ListCalls", [:])
    }

    /// A JSON service's reply, however long the service takes to come up.
    func answered(_ path: String, _ request: JSON, within limit: Duration = .seconds(25)) async throws -> JSON {
        let reply = try await call(path, request.utf8, contentType: "application/json", timeout: limit, idempotent: true, waitForReady: true)
        guard let json = JSON(String(decoding: reply.body, as: UTF8.self)) else { throw ProgramError(description: "\(path) answers no JSON") }
        return json
    }
}

/// Ports of loopback that nobody listens on, below those that the system gives to outgoing connections.
private enum FreePort {
    private static let taken = Mutex<Set<UInt16>>([])

    static func next() throws -> UInt16 {
        for _ in 0..<1000 {
            let port = UInt16.random(in: 18_000..<32_000)
            if isFree(port), taken.withLock({ $0.insert(port).inserted }) { return port }
        }
        throw ProgramError(description: "no port of loopback is free")
    }

    private static func isFree(_ port: UInt16) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 }
        }
    }
}
