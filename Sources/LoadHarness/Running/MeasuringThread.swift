import Threads

extension Thread {
    /// As `run`, with what `body` returns or throws: a measurement holds its thread, which the cooperative pool cannot spare.
    static func value<Value: Sendable>(
        named name: String, _ body: @escaping @Sendable () throws(LoadError) -> Value
    ) async throws -> Value {
        let outcome = SlotBox<Result<Value, LoadError>>()
        try await run(named: name) {
            do throws(LoadError) { outcome.put(.success(try body())) } catch { outcome.put(.failure(error)) }
        }
        guard let result = outcome.take() else { throw LoadError(.system, "the thread \(name) ended without a result") }
        return try result.get()
    }
}
