import Logging
import MessageClient
import MessageTesting

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// A client against a script.
func play<Played: Sendable, Done>(
    _ script: @escaping @Sendable (ScriptedBroker) throws -> Played, _ body: (MessageClient) async throws -> Done
) async throws -> (script: Played, body: Done) {
    try await ScriptedBroker.play(script) { endpoint, context in
        try await withMessageClient(endpoint: endpoint, name: "t", context: context, logger: quiet, body)
    }
}

/// A client of two brokers against a script for each.
func play<Played: Sendable, Done>(
    _ first: @escaping @Sendable (ScriptedBroker) throws -> Played, and second: @escaping @Sendable (ScriptedBroker) throws -> Played,
    _ body: (MessageClient) async throws -> Done
) async throws -> (scripts: [Played], body: Done) {
    try await ScriptedBroker.play([first, second]) { endpoints, context in
        try await withMessageClient(endpoints: endpoints, name: "t", context: context, logger: quiet, body)
    }
}

func failure(_ call: () async throws -> some Any) async -> CallError? {
    do {
        _ = try await call()
        return nil
    } catch {
        return error as? CallError
    }
}
