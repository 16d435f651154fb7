import CallModel
import Foundation
import Testing

/// The worked examples that lie beside the repository: which directories they expect to be accepted and refused.
@Suite(.enabled(if: SharedCase.isThere)) struct SharedCasesTests {
    @Test("A directory that must be refused is refused with the expected words")
    func refused() throws {
        var seen = 0
        for sample in try SharedCase.all() {
            guard let words = sample.expectRefused, !words.isEmpty else { continue }
            let output = try problems(sample.text()).joined(separator: "\n")
            for word in words { #expect(output.contains(word), "\(sample.id): \(output)") }
            seen += 1
        }
        #expect(seen > 20)
    }

    @Test("Every other directory is accepted")
    func accepted() throws {
        var seen = 0
        for sample in try SharedCase.all() where sample.expectRefused?.isEmpty ?? true {
            let output = try problems(sample.text())
            #expect(output.isEmpty, "\(sample.id): \(output)")
            seen += 1
        }
        #expect(seen > 100)
    }
}

private struct SharedCase {
    let id: String
    let directory: [String: Any]
    let expectRefused: [String]?

    func text() throws -> String {
        String(decoding: try JSONSerialization.data(withJSONObject: directory), as: UTF8.self)
    }

    /// `WORKED_EXAMPLES`, else `../shared/cases` beside the package, wherever the tests were built.
    static let folder = ProcessInfo.processInfo.environment["WORKED_EXAMPLES"].map { URL(filePath: $0) }
        ?? URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "shared/cases")

    static let isThere = FileManager.default.fileExists(atPath: folder.path(percentEncoded: false))

    static func all() throws -> [SharedCase] {
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        var cases: [SharedCase] = []
        for file in files where file.pathExtension == "json" {
            let list = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [[String: Any]])
            for fields in list {
                let id = try #require(fields["id"] as? String)
                let directory = try #require(fields["directory"] as? [String: Any])
                cases.append(SharedCase(id: id, directory: directory, expectRefused: fields["expect_refused"] as? [String]))
            }
        }
        return cases
    }
}
