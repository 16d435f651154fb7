import CallModel
import CallSimulation
import Foundation
import MessageClient
import MessageWire
import Testing

extension Processes {
    /// What `simulate` says of them all, the real processes say of these: broker, routing, live-calls, attribution and directory, a call after the other.
    @Suite("The worked examples through the real processes", .enabled(if: PipelineCase.folder != nil))
    struct PipelineCaseTests {
        @Test(
            "come out as in a simulation",
            arguments: [
                ("attribution", "A03"), ("attribution", "A06a"), ("attribution", "A08"), ("attribution", "A08a"), ("attribution", "A09c"),
                ("attribution", "A18a"), ("callers", "F01"), ("callers", "F06"), ("limits", "C03"), ("limits", "C06"), ("limits", "C06c"), ("limits", "C08"), ("menus", "I02a"),
                ("menus", "I03a"), ("menus", "G04"), ("outcomes", "O02c"), ("routing", "R06"), ("routing", "R08c"), ("routing", "R11"), ("routing", "R12"),
                ("routing", "R15c"), ("routing", "R18"), ("routing", "R21"), ("routing", "R39"), ("routing", "R40"), ("schedules", "S12d"),
            ])
        func piped(file: String, id: String) async throws {
            let example = try #require(try PipelineCase.named(id, in: file))
            let pool = try PoolFolder()
            try await pool.whileUp { _ in
                let applied = try await pool.ask("apply", "-f", try pool.file("case.json", example.directory))
                try #require(applied.status == 0, "\(applied.errors)")
                try await pool.withClient { client in
                    try await client.waitForVersion(1, at: example.number)
                    for line in example.timeline {
                        let played = try await pool.ask("load", "day", try pool.file("line.ndjson", line.json))
                        #expect(played.status == 0, "\(played.errors)")
                        if let call = line["call"]?.words { try await client.waitForEnd(of: call) }
                    }
                    for expected in example.expectations where expected["call"] != nil {
                        let record = try await client.answered("trunkline.v1.CallLog/GetCall", ["call_id": .string(try #require(expected["call"]?.words))])
                        let line = try #require(DocumentValue(json: record.text))
                        for field in expected.fields {
                            #expect(field.mismatch(in: line) == nil, "\(id): \(field.mismatch(in: line) ?? "")")
                        }
                    }
                }
            }
        }
    }
}

/// A case of one directory and calls that do not overlap.
private struct PipelineCase {
    var document: DocumentValue

    /// Nil where the folder of the cases is not there.
    static let folder: URL? = {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let named = ProcessInfo.processInfo.environment["WORKED_EXAMPLES"].map { URL(fileURLWithPath: $0, isDirectory: true) }
        let folder = named ?? package.deletingLastPathComponent().appendingPathComponent("shared/cases", isDirectory: true)
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }()

    static func named(_ id: String, in file: String) throws -> PipelineCase? {
        guard let folder else { return nil }
        let text = try String(contentsOf: folder.appendingPathComponent(file + ".json"), encoding: .utf8)
        let cases = DocumentValue(json: "{\"cases\": \(text)}")?["cases"]?.items ?? []
        return cases.first { $0["id"]?.words == id }.map { PipelineCase(document: $0) }
    }

    var directory: String { document["directory"]?.json ?? "" }
    var timeline: [DocumentValue] { document["timeline"]?.items ?? [] }
    var expectations: [DocumentValue] { document["expect"]?.items ?? [] }
    /// One that the directory has.
    var number: String { document["directory"]?["numbers"]?.items?.first?["number"]?.words ?? "" }
}

extension DocumentValue {
    fileprivate var words: String? {
        if case .scalar(let scalar) = self { scalar.text } else { nil }
    }

    fileprivate var fields: [FieldExpectation] {
        guard case .mapping(let entries, _)? = self["fields"] else { return [] }
        return entries.map { FieldExpectation(path: $0.key, expected: $0.value) }
    }
}

extension MessageClient {
    /// Until every routing worker routes by that version: they take turns.
    fileprivate func waitForVersion(_ version: Int64, at number: String) async throws {
        var run = 0
        try await untilTrue("version \(version) in force") {
            let call: JSON = ["call_id": "ready", "to": .string(number), "from": "anonymous", "is_test": true]
            let decision = try await answered("trunkline.v1.Routing/RouteCall", call)
            run = decision["directory_version"]?.integer == version ? run + 1 : 0
            return run == 8
        }
    }

    /// Until the call has its outcome, and live-calls has heard of its end.
    fileprivate func waitForEnd(of call: String) async throws {
        try await untilTrue("the end of \(call)") {
            let services = try await admin("ListServices")["services"]?.array ?? []
            let open = services.filter { ["trunkline.v1.LiveEvents", "trunkline.v1.Attribution"].contains($0["name"]?.string) }
                .flatMap { service in ["ready", "leased", "delayed"].map { service[$0]?.integer ?? 0 } }.reduce(0, +)
            guard open == 0 else { return false }
            let record = try? await answered("trunkline.v1.CallLog/GetCall", ["call_id": .string(call)])
            return record?["outcome"]?.string != nil
        }
    }
}
