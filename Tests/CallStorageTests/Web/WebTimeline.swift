import CallAttribution
import CallModel
import CallSimulation
import CallStorage

/// A few hours of a web site and of the calls it brings, as a simulation plays them and as a store is told of them.
struct WebTimeline {
    let directory: Directory
    var lines: [String] = []
    var visits: [WebInput] = []
    var calls: [CallInput] = []
    private var book = LeaseBook()

    init(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        directory = try Directory(yaml: Self.document(seed), version: 1)
        var second = 0.0
        for event in 0..<120 {
            second += Double(Int.random(in: 0..<160, using: &random))
            let now = noon.advanced(bySeconds: second)
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<4: visit("v\(Int.random(in: 0..<8, using: &random))", at: now, &random)
            case 4..<6: heartbeat("v\(Int.random(in: 0..<8, using: &random))", at: now)
            default: call("c\(event)", at: now, &random)
            }
        }
    }

    /// What a simulation makes of it, by call.
    func simulated() throws -> [String: CallRecord] {
        var records: [String: CallRecord] = [:]
        for case .call(let record) in try Simulation(directory: directory).run(timeline: lines.joined(separator: "\n")) { records[record.callID] = record }
        return records
    }

    private static func document(_ seed: Int) -> String {
        """
        account: acme
        country: US
        time_zone: Etc/UTC
        touch: \(seed % 2 == 0 ? "first" : "last")
        destinations: [{id: a, number: "+12125550111", kind: landline}]
        flows: [{id: main, start: {dial: a}}]
        numbers:
          - {number: "+12125550100", flow: main}
          - {number: "+12125550101", flow: main, source: {source: Billboard, medium: offline}}
          - {number: "+12125550182", source: {source: Print}}
        pools:
          - {id: web, flow: main, numbers: ["+12125550180", "+12125550181", "+12125550182"], lease_seconds: 600, max_lease_seconds: 1500,
             cooldown_seconds: \(seed % 3 * 60), source: {source: Website}\(seed % 4 < 2 ? ", overflow: \"+12125550189\"" : "")}
        sources: [{match: {utm_source: adwords}, source: google, medium: cpc}]
        qualify: [{name: paid, all: [{medium: cpc}]}]
        """
    }

    private static let pages = [
        ("https://acme.example/?utm_source=adwords&gclid=G1", ""), ("https://acme.example/roofs", "https://acme.example/"),
        ("https://acme.example/", "https://www.bing.com/search"), ("https://acme.example/?utm_source=mail&utm_campaign=june", ""), ("https://acme.example/", ""),
    ]
    private static let agents = ["", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Mobile/15E148", "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"]

    private mutating func visit(_ visitor: String, at now: Timestamp, _ random: inout SeededGenerator) {
        let (page, referrer) = Self.pages[Int.random(in: 0..<Self.pages.count, using: &random)]
        let agent = Self.agents[Int.random(in: 0..<Self.agents.count, using: &random)]
        lines.append(
            "{\"at\": \"\(now.rfc3339)\", \"visit\": \"\(visitor)\", \"pool\": \"web\", \"page\": \"\(page)\", \"referrer\": \"\(referrer)\", \"user_agent\": \"\(agent)\"}")
        let view = PageView(at: now, page: page, referrer: referrer, userAgent: agent)
        note(visitor, .view(view, pool: "web"), book.visit(visitor, pool: 0, of: directory, at: now), at: now)
    }

    private mutating func heartbeat(_ visitor: String, at now: Timestamp) {
        lines.append("{\"at\": \"\(now.rfc3339)\", \"heartbeat\": \"\(visitor)\"}")
        note(visitor, .heartbeat, book.heartbeat(visitor, of: directory, at: now), at: now)
    }

    private mutating func note(_ visitor: String, _ told: WebInput.Told, _ lease: NumberLease?, at now: Timestamp) {
        let answer = lease.map { WebInput.Lease(number: $0.number, end: $0.end, isOverflow: $0.isOverflow) }
        if told == .heartbeat, answer == nil { return }
        visits.append(WebInput(account: "acme", visitor: visitor, at: now, told: told, lease: answer))
    }

    private mutating func call(_ id: String, at now: Timestamp, _ random: inout SeededGenerator) {
        let to = ["+12125550180", "+12125550181", "+12125550182", "+12125550189", "+12125550100", "+12125550101"].randomElement(using: &random) ?? ""
        let from = ["+13125550142", "+13125550143", "+13125550144", "anonymous"].randomElement(using: &random) ?? ""
        let end = now.advanced(bySeconds: 0.5)
        let isTest = Int.random(in: 0..<9, using: &random) == 0
        let arrived = CallEvent(callID: id, kind: .arrived, at: now, eventID: "e1", isTest: isTest, to: to, from: from, routedBy: "fallback")
        let ended = CallEvent(callID: id, kind: .ended, at: end, eventID: "e2", endedBy: "caller")
        calls += [.event(arrived), .event(ended)]
        let line = { (at: Timestamp, members: String) in
            "{\"at\": \"\(at.rfc3339)\", \"event\": {\"call_id\": \"\(id)\", \(members)}}"
        }
        lines.append(
            line(now, "\"type\": \"arrived\", \"event_id\": \"e1\", \"is_test\": \(isTest), \"to\": \"\(to)\", \"from\": \"\(from)\", \"routed_by\": \"fallback\""))
        lines.append(line(end, "\"type\": \"ended\", \"event_id\": \"e2\", \"ended_by\": \"caller\""))
    }
}
