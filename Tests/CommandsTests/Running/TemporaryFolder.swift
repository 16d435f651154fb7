import Foundation
import Glibc

/// A folder that is there as long as anyone holds it.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/trunkline-commands-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw ProgramError(description: "no temporary folder can be made") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
