import Foundation

/// Reading what a person named on the command line.
enum Files {
    /// The bytes of a file, or of standard input where it is called "-".
    ///
    /// - Parameter limit: how many bytes it may have; no more are read, whatever it holds.
    /// - Throws: `CommandFailure` where there is none, it cannot be read, or it has more bytes.
    static func bytes(_ path: String, limit: Int = .max) throws(CommandFailure) -> Data {
        guard path == "-" || FileManager.default.fileExists(atPath: path) else { throw CommandFailure(.noSuchFile, "\(path): no such file") }
        guard let file = path == "-" ? .standardInput : FileHandle(forReadingAtPath: path), let data = try? read(file, limit: limit) else {
            throw CommandFailure(.io, "\(path): cannot be read; check its permissions")
        }
        guard data.count <= limit else { throw CommandFailure(.badInput, "\(path): more than \(limit) bytes, which is the most that is read") }
        return data
    }

    private static func read(_ file: FileHandle, limit: Int) throws -> Data {
        guard limit < .max else { return try file.readToEnd() ?? Data() }
        var data = Data()
        while data.count <= limit, let more = try file.read(upToCount: limit + 1 - data.count), !more.isEmpty { data += more }
        return data
    }

    /// The text of a file, or of standard input where it is called "-".
    ///
    /// - Throws: `CommandFailure` where there is none, or it is not UTF-8.
    static func text(_ path: String) throws(CommandFailure) -> String {
        guard let text = String(data: try bytes(path), encoding: .utf8) else {
            throw CommandFailure(.badInput, "\(path): not UTF-8; convert it with iconv -t UTF-8")
        }
        return text
    }

    /// Writes text as a whole file, in place of the one that is there.
    ///
    /// - Throws: `CommandFailure` where it cannot be written.
    static func write(_ text: String, to path: String) throws(CommandFailure) {
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw CommandFailure(.io, "\(path): cannot be written; name another file, or check the folder's permissions", cause: "\(error)")
        }
    }
}
