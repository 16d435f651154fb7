import CallModel
import CallSimulation
import Foundation
import Testing

@Suite("The sample account")
struct SampleAccountTests {
    private static let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("deploy/sample/acme.yaml")

    private func account() throws -> Directory {
        try Directory(yaml: String(contentsOf: Self.file, encoding: .utf8), version: 1)
    }

    @Test("its own tests hold")
    func tests() throws {
        let directory = try account()
        #expect(directory.tests.count >= 9)
        #expect(try DirectoryTest.failures(of: directory) == [])
    }

    @Test("uses every node of a call flow")
    func nodes() throws {
        let used = Set(try account().flows.flatMap(\.nodes).map(\.step.kind))
        let all = Ring.Kind.allCases.map(\.rawValue) + ["schedule", "branches", "keypad", "prefix", "zip", "caller", "source", "voicemail", "reject", "go"]
        #expect(used == Set(all))
    }
}

extension Step {
    fileprivate var kind: String {
        switch self {
        case .ring(let ring): ring.kind.rawValue
        case .schedule: "schedule"
        case .clock: "branches"
        case .prefix: "prefix"
        case .keypad: "keypad"
        case .zip: "zip"
        case .caller: "caller"
        case .source: "source"
        case .voicemail: "voicemail"
        case .reject: "reject"
        case .go: "go"
        }
    }
}
