import MessageBroker
import MessageClient
import MessageWire

/// One service as ListServices tells of it (wire.md §7).
struct KnownService: Sendable {
    let json: JSON

    var name: String { json["name"]?.string ?? "" }
    var isDurable: Bool { json["class"]?.string == "durable" }
    var isPaused: Bool { json["paused"]?.bool == true }

    func count(_ name: String) -> Int64 { json[name]?.integer ?? 0 }
}

extension MessageClient {
    /// The services of the pool, by name.
    func services() async throws -> [KnownService] {
        try await admin("ListServices", timeout: .seconds(5))["services"]?.array?.map { KnownService(json: $0) }.sorted { $0.name < $1.name } ?? []
    }

    /// The service of that name.
    ///
    /// - Throws: `CommandFailure` that names the nearest one where there is none.
    func service(_ name: String) async throws -> KnownService {
        let known = try await services()
        guard let service = known.first(where: { $0.name == name }) else { throw CommandFailure(unknown: name, among: known.map(\.name)) }
        return service
    }

    /// A question to the broker about one service, which must be there.
    func admin(_ method: String, of service: String, _ more: [JSON.Member] = [], timeout: Duration = .seconds(5)) async throws -> JSON {
        do throws(CallError) {
            return try await admin(method, .object([JSON.Member("service", .string(service))] + more), timeout: timeout)
        } catch {
            guard error.status == .notFound else { throw error }
            throw CommandFailure(unknown: service, among: try await services().map(\.name))
        }
    }
}

extension CommandFailure {
    /// A service that the broker does not know, with the one that was meant.
    init(unknown name: String, among known: [String]) {
        let shown = name.count <= 200 ? name.onOneLine : "\(name.prefix(200).description.onOneLine)…"
        let meant = Self.meant(name, among: known).map { "did you mean \($0)? " } ?? ""
        self.init(.failed, "no service \"\(shown)\"; \(meant)`trunkline services` lists them")
    }

    private static func meant(_ name: String, among known: [String]) -> String? {
        guard name.utf8.count <= 255 else { return nil }
        func last(_ name: String) -> String { String(name[(name.lastIndex(of: ".").map { name.index(after: $0) } ?? name.startIndex)...]).lowercased() }
        if let short = known.first(where: { last($0) == last(name) }) { return short }
        if let nearest = NearestWord.nearest(to: name, among: known) { return nearest }
        let short = NearestWord.nearest(to: last(name), among: known.map(last))
        return known.first { last($0) == short }
    }
}
