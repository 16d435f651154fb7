import Foundation

/// Reading what a person named on the command line.
enum Files {
    /// The bytes of a file, or of standard input where it is called "-".
    ///
    /// - Throws: `CommandFailure` where there is none, or it cannot be read.
    static func bytes(_ path: String) throws(CommandFailure) -> Data {
        let data: Data?
        if path == "-" {
            data = try? FileHandle.standardInput.readToEnd() ?? Data()
        } else {
            guard FileManager.default.fileExists(atPath: path) else { throw CommandFailure(.noSuchFile, "\(path): no such file") }
            data = FileManager.default.contents(atPath: path)
        }
        guard let data else { throw CommandFailure(.io, "\(path): cannot be read; check its permissions") }
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
}
