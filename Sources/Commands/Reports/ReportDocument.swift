import CallServices
import MessageClient
package import MessageWire

/// A report as `CallLog/Summarize` tells it, all of its pages together.
package struct ReportDocument: Sendable {
    /// The reply, with all rows and without `next`.
    let json: JSON

    package init(_ json: JSON) { self.json = json }

    /// Asks until all rows are there; begins again where calls came in between, so that the rows add up to the total.
    ///
    /// - Throws: `CommandFailure` where calls keep coming; `CallError`.
    static func ask(_ client: MessageClient, _ members: [JSON.Member]) async throws -> ReportDocument {
        for _ in 1...5 {
            if let document = try await askOnce(client, members) { return document }
        }
        throw CommandFailure(.refusedForNow, "calls keep coming while the report is read; take a period that is over, or fewer rows with --top")
    }

    private static func askOnce(_ client: MessageClient, _ members: [JSON.Member]) async throws -> ReportDocument? {
        var rows: [JSON] = []
        var offset: Int64?
        while true {
            let question = JSON.object(members + (offset.map { [JSON.Member("offset", .integer($0))] } ?? []))
            let page = try await client.ask(ServiceName.callLog + "/Summarize", question, timeout: .seconds(120))
            guard case .object(var reply) = page, let more = page["rows"]?.array else {
                throw CommandFailure(.failed, "\(ServiceName.callLog)/Summarize answered with something else; the attribution worker may be of another version")
            }
            rows += more
            offset = page["next"]?.integer
            guard offset == nil else { continue }
            if let first = reply.firstIndex(where: { $0.name == "rows" }) { reply[first].value = .array(rows) }
            reply.removeAll { $0.name == "next" }
            let document = ReportDocument(.object(reply))
            return rows.count == more.count || document.addsUp ? document : nil
        }
    }

    private var addsUp: Bool {
        let sum = (rows + (json["rest"].map { [$0] } ?? [])).map { $0.count("calls") }.reduce(0, +)
        return abs(sum - total.count("calls")) < 0.5
    }

    var by: String { json["by"]?.string ?? "" }
    var rows: [JSON] { json["rows"]?.array ?? [] }
    var total: JSON { json["total"] ?? .object([]) }
    /// Nil where there is none.
    var rest: JSON? { if let rest = json["rest"], rest != .null { rest } else { nil } }
    var isCompared: Bool { json["previous_period"].map { $0 != .null } ?? false }
    var isSeries: Bool { ["hour", "day", "week", "month"].contains(by) }
    /// The currencies of all amounts, by name.
    var currencies: [String] {
        var found: Set<String> = []
        for row in rows + [total] + (rest.map { [$0] } ?? []) {
            for measures in [row, row["previous"] ?? .null] {
                if case .object(let amounts) = measures["value"] ?? .null { found.formUnion(amounts.map(\.name)) }
            }
        }
        return found.sorted()
    }
}

extension JSON {
    /// A measure; nil where there is none.
    func measure(_ name: String) -> Double? {
        switch self[name] {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// A measure that counts: none is 0.
    func count(_ name: String) -> Double { measure(name) ?? 0 }
}
