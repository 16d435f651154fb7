import CallModel
import CallServices
import CallStorage
import CallWire
import Logging
import MessageWire
import Synchronization
import Testing

@Suite("Numbers for web visitors, on a disk that fails")
struct NumberPoolsServiceTests {
    static let now = Timestamp(milliseconds: 1_780_495_500_000)
    static let document = """
        account: acme
        country: US
        time_zone: Etc/UTC
        destinations: [{id: a, number: "+12125550111", kind: landline}]
        flows: [{id: main, start: {dial: a}}]
        numbers: []
        pools:
          - {id: web, flow: main, numbers: ["+12125550180", "+12125550181", "+12125550182"], lease_seconds: 600, cooldown_seconds: 60}
        """

    private let directories = PoolDirectories()
    private let disk = LiveDisk()

    private func service() throws -> NumberPoolsService {
        NumberPoolsService(
            ledger: try LiveLedger(store: disk.open()), directories: directories, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }) { Self.now }
    }

    private func know() throws { directories.take([try Directory(yaml: Self.document, version: 1)], at: Self.now) }

    private func visit(_ visitor: String, at second: Double? = nil, pool: String = "web", account: String = "acme") throws -> [UInt8] {
        try PageVisit(account: account, pool: pool, visitorID: visitor, at: second.map { Self.now.advanced(bySeconds: $0) }).body(.protobuf)
    }

    private func ask(_ service: NumberPoolsService, _ requests: [(method: String, body: [UInt8])]) -> [Result<LeasedNumber, ServiceError>] {
        service.answer(requests.map { read($0, service) }).map { answer in
            answer.flatMap { reply in
                let body = reply.body
                return Result { () throws(CallWireError) in try LeasedNumber(body: body.span.bytes, .protobuf) }.mapError { ServiceError(.internal, $0.message) }
            }
        }
    }

    private func read(_ request: (method: String, body: [UInt8]), _ service: NumberPoolsService) -> NumberPoolsService.Request {
        let body = request.body
        return service.read(method: request.method, body.span.bytes, contentType: nil)
    }

    @Test("a visit from long after now takes no number away, and neither does one whose answer could not be written")
    func future() throws {
        try know()
        let service = try service()
        for at in [86_401.0, 1e10, 2.5e11] {
            let answer = ask(service, [("Visit", try visit("v", at: at))])[0]
            guard case .failure(let error) = answer else {
                Issue.record("\(at): \(answer)")
                continue
            }
            #expect(error.status == .invalidArgument && error.message.contains("leave at away"))
        }
        for visitor in ["a", "b", "c"] { #expect(try ask(service, [("Visit", try visit(visitor))])[0].get().number != nil) }
        // A clock may go fast: by less than a lease may last at most.
        #expect(try ask(service, [("Visit", try visit("a", at: 500))])[0].get().number != nil)
    }

    @Test("whoever was answered holds the number, whatever is lost behind it: two never hold one", arguments: 0..<20)
    func faults(seed: Int) throws {
        try know()
        var state = UInt64(seed) &* 977 &+ 3
        func roll(_ sides: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % sides
        }
        var service = try service()
        var held: [String: [(visitor: String, from: Double, end: Timestamp)]] = [:]
        var second = 0.0
        var failures = 0
        for _ in 0..<400 {
            second += Double(roll(60))
            let fate = [LiveDisk.Fate.stored, .stored, .lost, .storedUnheard][roll(4)]
            disk.decide { fate }
            let visitors = (0..<1 + roll(4)).map { _ in "v\(roll(9))" }
            var requests: [(method: String, body: [UInt8])] = []
            for visitor in visitors {
                let beat = VisitorHeartbeat(account: "acme", visitorID: visitor, at: Self.now.advanced(bySeconds: second))
                requests.append(roll(3) == 0 ? ("Heartbeat", try beat.body(.protobuf)) : ("Visit", try visit(visitor, at: second)))
            }
            for (visitor, answer) in zip(visitors, ask(service, requests)) {
                switch answer {
                case .success(let leased):
                    guard let number = leased.number, let end = leased.expiresAt else { continue }
                    held[number.e164, default: []].append((visitor, second, end))
                case .failure(let error):
                    #expect(error.status == .unavailable)
                    failures += 1
                }
            }
            disk.decide { .stored }
            if roll(20) == 0 { service = try self.service() }
        }
        #expect(failures > 20 && held.count == 3)
        for answers in held.values {
            for (place, earlier) in answers.enumerated() {
                for later in answers[(place + 1)...] where later.visitor != earlier.visitor {
                    #expect(earlier.end <= Self.now.advanced(bySeconds: later.from), "\(earlier) and \(later)")
                }
            }
        }
    }

    @Test("nothing is known of pools before the first directory, and everything is refused by name after it")
    func refusals() throws {
        let service = try service()
        #expect(ask(service, [("Visit", try visit("v"))]).first?.status == .unavailable)
        try know()
        let answers = ask(
            service,
            [
                ("Visit", try visit("v", pool: "shop")), ("Visit", try visit("v", account: "nobody")), ("Lease", try visit("v")), ("Visit", [0xFF]),
                ("Visit", try visit(String(repeating: "v", count: 129))), ("Heartbeat", try VisitorHeartbeat(account: "acme", visitorID: "v").body(.protobuf)), ("Visit", try visit("v")),
            ])
        #expect(answers.map(\.status) == [.notFound, .notFound, .unimplemented, .invalidArgument, .invalidArgument, nil, nil])
        #expect(answers[0].message?.contains("shop") == true && answers[0].message?.contains("web") == true)
    }

    @Test("many callers at once are each given a number of their own, and one visitor the same from every page")
    func atOnce() async throws {
        try know()
        let service = try service()
        let answers = await withTaskGroup(of: (String, String).self) { group in
            for place in 0..<30 {
                group.addTask {
                    let visitor = "v\(place % 3)"
                    guard let body = try? visit(visitor), case .success(let leased)? = ask(service, [("Visit", body)]).first else { return (visitor, "none") }
                    return (visitor, leased.number?.e164 ?? "")
                }
            }
            return await group.reduce(into: [(String, String)]()) { $0.append($1) }
        }
        let numbers = Dictionary(grouping: answers, by: \.0).mapValues { Set($0.map(\.1)) }
        #expect(numbers.values.allSatisfy { $0.count == 1 } && Set(numbers.values.flatMap(\.self)).count == 3)
    }
}

extension Result where Failure == ServiceError {
    /// Nil where it succeeded.
    fileprivate var status: StatusCode? { if case .failure(let error) = self { error.status } else { nil } }
    fileprivate var message: String? { if case .failure(let error) = self { error.message } else { nil } }
}
