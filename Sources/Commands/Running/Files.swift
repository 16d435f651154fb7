import Foundation

/// Reading what a person named on the command line.
enum Files {
    /// The text of a file, or of standard input where it is called "-".
    ///
    /// - Throws: `CommandFailure` where there is none, or it is not UTF-8.
    static func text(_ path: String) throws(CommandFailure) -> String {
        let data: Data?
        if path == "-" {
            data = try? FileHandle.standardInput.readToEnd() ?? Data()
        } else {
            guard FileManager.default.fileExists(atPath: path) else { throw CommandFailure(.noSuchFile, "\(path): no such file") }
            data = FileManager.default.contents(atPath: path)
        }
        guard let data else { throw CommandFailure(.io, "\(path): cannot be read; check its permissions") }
        guard let text = String(data: data, encoding: .utf8) else {
            throw CommandFailure(.badInput, "\(path): not UTF-8; convert it with iconv -t UTF-8")
        }
        return text
    }
}
