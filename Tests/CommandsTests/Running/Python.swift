import Foundation

/// An interpreter that has pyzmq, and the programs of `deploy/python`.
struct Python {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../deploy/python").standardized

    private let pool: PoolFolder
    private let interpreter: String

    /// Debian's package serves Debian's own python3 only, so that one is asked too.
    ///
    /// - Throws: where none has it.
    init(_ pool: PoolFolder) async throws {
        for name in ["python3", "/usr/bin/python3"] {
            let trial = try await pool.start([name, "-c", "import zmq"], executable: "/usr/bin/env").ended()
            if trial.status == 0 {
                self.pool = pool
                interpreter = name
                return
            }
        }
        throw ProgramError(description: "no python3 with pyzmq: run deploy/install --tests")
    }

    static func source(_ program: String) throws -> String {
        try String(contentsOf: folder.appendingPathComponent(program), encoding: .utf8)
    }

    func start(_ program: String, _ arguments: String...) throws -> Program { try start(program, arguments) }

    func start(_ program: String, _ arguments: [String]) throws -> Program {
        try pool.start([interpreter, Self.folder.appendingPathComponent(program).path] + arguments, executable: "/usr/bin/env")
    }
}
