import CallModel
import CallRouting

/// A small account in New York: destinations a to e, the tracking number +12125550100 on flow `main`.
enum Acme {
    static let number = "+12125550100"

    /// - Parameters:
    ///   - main: the start node of flow `main`.
    ///   - destinations: options of single destinations, e.g. `["a": "enabled: false"]`.
    ///   - more: further keys of the document.
    static func directory(
        main: String, flow: String = "", flows: String = "", destinations: [String: String] = [:], numbers: String? = nil, more: String = "", version: UInt64 = 1
    ) throws -> Directory {
        let lines = zip(["a", "b", "c", "d", "e"], ["111", "122", "133", "144", "155"]).map { id, ending in
            "  - {id: \(id), number: \"+12125550\(ending)\", kind: landline\(destinations[id].map { ", \($0)" } ?? "")}"
        }
        return try Directory(
            yaml: """
                account: acme
                name: Acme Roofing
                country: US
                time_zone: America/New_York
                destinations:
                \(lines.joined(separator: "\n"))
                schedules:
                  - {id: office, weekly: {mon: ["09:00-17:00"], tue: ["09:00-17:00"], wed: ["09:00-17:00"], thu: ["09:00-17:00"], fri: ["09:00-17:00"]}}
                flows:
                  - {id: main, \(flow.isEmpty ? "" : "\(flow), ")start: \(main)}
                \(flows)
                numbers:
                \(numbers ?? "  - {number: \"\(number)\", flow: main, source: {source: Billboard}}")
                \(more)
                """, version: version)
    }

    static func router(_ directory: Directory) -> Router {
        var table = RoutingTable()
        table.install(directory, at: Moment.wednesdayMorning)
        return router(table)
    }

    static func router(_ table: RoutingTable) -> Router { Router(table, secret: SecretKey(first: 1, second: 2)) }

    static func router(main: String, destinations: [String: String] = [:], more: String = "") throws -> Router {
        router(try directory(main: main, destinations: destinations, more: more))
    }

    static func call(_ id: String = "c1", to: String = number, from: String = "+13125550142") -> InboundCall {
        InboundCall(callID: id, to: to, from: from)
    }
}

enum Moment {
    /// 10:05 in New York, a Wednesday.
    static let wednesdayMorning = Timestamp(milliseconds: 1_780_495_500_000)
    /// 19:05 the same day.
    static let wednesdayEvening = wednesdayMorning.advanced(bySeconds: 9 * 3600)
    /// 16:59:50 the same day, ten seconds before the office closes.
    static let beforeClosing = wednesdayMorning.advanced(bySeconds: 7 * 3600 - 310)
}

extension RouteDecision {
    var dialled: [String] {
        if case .connect(let dial) = action { dial.targets.map(\.destinationID) } else { [] }
    }

    var dial: Dial? {
        if case .connect(let dial) = action { dial } else { nil }
    }

    var cause: String? {
        if case .reject(let cause, _) = action { cause } else { nil }
    }

    var sipStatus: String? {
        if case .reject(_, let status) = action { status } else { nil }
    }

    /// What happened to the dialled destinations, all the same.
    func progress(_ result: String, after seconds: Double, at: Timestamp? = nil) -> CallProgress {
        CallProgress(
            callID: callID, continuation: continuation, at: at,
            attempts: dialled.map { AttemptReport(destinationID: $0, result: result, ringSeconds: seconds) })
    }
}

extension Router {
    /// With nobody to ask.
    func decide(_ call: InboundCall, at moment: Timestamp) -> RouteDecision { route(call, at: moment).decision { _ in .unknown } }

    func decide(_ progress: CallProgress, at moment: Timestamp) throws(RoutingError) -> RouteDecision {
        try proceed(progress, at: moment).decision { _ in .unknown }
    }

    /// All decisions of a call in which everybody's phone does the same, at one standing moment.
    func decisions(_ call: InboundCall, when result: String = "no_answer", at moment: Timestamp = Moment.wednesdayMorning) throws -> [RouteDecision] {
        var decisions = [decide(call, at: moment)]
        while let last = decisions.last, !last.continuation.isEmpty {
            decisions.append(try decide(last.progress(result, after: 1), at: moment))
        }
        return decisions
    }
}
