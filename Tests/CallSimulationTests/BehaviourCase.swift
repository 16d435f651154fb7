import CallModel
import CallSimulation
import Foundation

/// A worked example of the specification: a directory, a timeline, and what must come out.
struct BehaviourCase {
    var id: String
    var title: String
    var file: String
    var document: DocumentValue

    /// Nil where the folder of the cases is not there.
    static let folder: URL? = {
        let environment = ProcessInfo.processInfo.environment["WORKED_EXAMPLES"].map { URL(fileURLWithPath: $0, isDirectory: true) }
        let besidePackage = tests.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("shared/cases", isDirectory: true)
        let folder = environment ?? besidePackage
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }()

    /// The folder of this test target.
    private static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

    /// Ids of the cases that pass; the list only grows.
    static func passing() throws -> Set<String> {
        let list = try String(contentsOf: tests.appendingPathComponent("passing-cases.txt"), encoding: .utf8)
        return Set(list.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") })
    }

    static func all(in folder: URL) throws -> [BehaviourCase] {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".json") }.sorted()
        return try files.flatMap { file in
            let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
            return (DocumentValue(json: "{\"cases\": \(text)}")?["cases"]?.items ?? []).map {
                BehaviourCase(id: $0.word("id"), title: $0.word("title"), file: file, document: $0)
            }
        }
    }

    /// What does not hold; empty: the case passes.
    func problems() -> [String] {
        let directory: Directory
        do {
            directory = try Directory(yaml: document["directory"]?.json ?? "", version: 1)
        } catch {
            guard let words = document["expect_refused"]?.items?.compactMap(\.text), !words.isEmpty else { return ["refused: \(error)"] }
            return words.filter { !"\(error)".contains($0) }.map { "the refusal does not name \($0): \(error)" }
        }
        if let words = document["expect_refused"]?.items { return words.isEmpty ? [] : ["the directory was accepted"] }
        if let status = document["expect_status"], case .scalar(let scalar) = status { return Self.problems(of: directory, status: scalar.text) }
        guard let expected = document["expect"]?.items else { return ["there is nothing to expect"] }
        let expectations = expected.compactMap(Expectation.init)
        guard expectations.count == expected.count else { return ["an expectation cannot be read"] }
        let timeline = (document["timeline"]?.items ?? []).map(\.json).joined(separator: "\n")
        do {
            let lines = try Simulation(directory: directory).run(timeline: timeline)
            return expectations.flatMap { $0.mismatches(in: lines) }
        } catch {
            return ["\(error)"]
        }
    }
}

extension BehaviourCase {
    /// - Parameter status: of `check`: 1 where one of the document's own tests does not hold, 0 where all do.
    private static func problems(of directory: Directory, status: String) -> [String] {
        do {
            let failures = try DirectoryTest.failures(of: directory)
            return failures.isEmpty == (status == "0") ? [] : ["expected status \(status): \(failures)"]
        } catch {
            return ["\(error)"]
        }
    }
}

extension DocumentValue {
    fileprivate func word(_ key: String) -> String { self[key]?.text ?? "" }

    fileprivate var text: String? {
        if case .scalar(let scalar) = self { scalar.text } else { nil }
    }
}
