import CallAttribution
import CallModel
import CallServices
import CallStorage
import CallWire
import Logging
import MessageWire
import Testing

@Suite("Leases as the tee tells them")
struct LeaseRecordTests {
    private let visit = PageVisit(
        account: "acme", pool: "web", visitorID: "v", at: Timestamp(milliseconds: 1_780_495_499_000), page: "https://acme.example/?gclid=1", referrer: "r", userAgent: "a")

    private func read(_ path: String, _ request: [UInt8], _ response: [UInt8], form: BodyForm = .protobuf, status: UInt8 = 0) throws -> LeaseRecord {
        let body = Teed.body(try Teed.request(request, to: "trunkline.v1.NumberPools/" + path, contentType: form.contentType), Teed.response(response, status: status))
        return try body.withUnsafeBytes { try LeaseRecord(try ExchangeStamps { Teed.stamps[$0] }, $0) }
    }

    private func lease() throws -> LeasedNumber {
        let number = try #require(PhoneNumber(e164: "+12125550180"))
        return LeasedNumber(number: number, expiresAt: Timestamp(milliseconds: 1_780_497_299_000), isOverflow: true)
    }

    @Test("a page view with its lease, in both forms", arguments: BodyForm.allCases)
    func visited(form: BodyForm) throws {
        let at = Timestamp(milliseconds: 1_780_495_499_000)
        let view = PageView(at: at, page: visit.page, referrer: "r", userAgent: "a")
        let number = try #require(try lease().number)
        let expected = WebInput(
            account: "acme", visitor: "v", at: at, told: .view(view, pool: "web"),
            lease: .init(number: number, end: Timestamp(milliseconds: 1_780_497_299_000), isOverflow: true))
        #expect(try read("Visit", visit.body(form), lease().body(form), form: form) == .told(expected))
    }

    @Test("one that says no time happened when it was answered; one that was given no number is still a visit, a heartbeat is nothing")
    func unsaid() throws {
        var visit = visit
        visit.at = nil
        let none = try LeasedNumber(number: nil, expiresAt: nil).body(.protobuf)
        guard case .told(let told) = try read("Visit", visit.body(.protobuf), none) else { return #expect(Bool(false), "nothing was told") }
        #expect(told.at == Timestamp(milliseconds: 1_780_495_500_003) && told.lease == nil)
        let heartbeat = try VisitorHeartbeat(account: "acme", visitorID: "v").body(.protobuf)
        #expect(try read("Heartbeat", heartbeat, none) == .nothing)
        guard case .told(let beat) = try read("Heartbeat", heartbeat, lease().body(.protobuf)) else { return #expect(Bool(false), "nothing was told") }
        #expect(beat.told == .heartbeat && beat.lease != nil)
    }

    @Test("a heartbeat extends the leases of all pools, and the record of it says so of each")
    func heartbeats() throws {
        let now = NumberPoolsServiceTests.now
        let more = "\n  - {id: shop, numbers: [\"+12125550190\"], lease_seconds: 60, overflow: \"+12125550199\"}\n  - {id: third, numbers: [\"+12125550195\"], lease_seconds: 90}"
        let directories = PoolDirectories()
        directories.take([try Directory(yaml: NumberPoolsServiceTests.document + more, version: 1)], at: now)
        let service = NumberPoolsService(
            ledger: try LiveLedger(store: LiveDisk().open()), directories: directories, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }) { now }
        func ask(_ method: String, _ body: [UInt8]) throws -> NumberPoolsService.Reply {
            try service.answer([service.read(method: method, body.span.bytes, contentType: nil)])[0].get()
        }
        for (visitor, pool) in [("w", "shop"), ("v", "web"), ("v", "shop"), ("v", "third")] {
            #expect(try ask("Visit", PageVisit(account: "acme", pool: pool, visitorID: visitor, at: now).body(.protobuf)).metadata.bytes.isEmpty)
        }
        let heartbeat = try VisitorHeartbeat(account: "acme", visitorID: "v", at: now.advanced(bySeconds: 10)).body(.protobuf)
        let reply = try ask("Heartbeat", heartbeat)
        let response = Teed.message(Header(.response, id: RequestID(high: 1, low: 42)), reply.metadata, reply.body)
        let body = Teed.body(try Teed.request(heartbeat, to: "trunkline.v1.NumberPools/Heartbeat"), response)
        guard case .told(let told) = try body.withUnsafeBytes({ try LeaseRecord(try ExchangeStamps { Teed.stamps[$0] }, $0) }) else {
            return #expect(Bool(false), "nothing was told")
        }
        let leases = (told.lease.map { [$0] } ?? []) + told.others
        #expect(Set(leases.map { "\($0.number.e164) \(($0.end.milliseconds - now.milliseconds) / 1000) \($0.isOverflow)" }) == ["+12125550180 610 false", "+12125550199 70 true", "+12125550195 100 false"])
    }

    @Test("what was refused is nothing; what is not ours, or cannot be read though it was answered, is told so")
    func others() throws {
        #expect(try read("Visit", visit.body(.protobuf), [], status: 5) == .nothing)
        #expect(throws: UnreadableExchange.self) { try read("Visit", [0xFF], lease().body(.protobuf)) }
        #expect(throws: UnreadableExchange.self) { try read("Guess", visit.body(.protobuf), lease().body(.protobuf)) }
        #expect(throws: UnreadableExchange.self) {
            let body = Teed.body(try Teed.request(visit.body(.protobuf)), Teed.response(try lease().body(.protobuf)))
            _ = try body.withUnsafeBytes { try LeaseRecord(try ExchangeStamps { Teed.stamps[$0] }, $0) }
        }
    }

    @Test("a question of a session comes back as it was sent, and its answer too")
    func messages() throws {
        let rule = SourceRule(conditions: [.init(parameter: .utmSource, value: "adwords")], source: StaticSource(source: "google", medium: "cpc", campaign: nil))
        for caller in [nil, PhoneNumber(e164: "+13125550142")] {
            let question = SessionQuestion(
                account: "acme", callID: "c", startedAt: Timestamp(milliseconds: 5), trackingNumber: "+12125550180", isOfPool: true, caller: caller, touch: .last,
                sources: [rule])
            #expect(try SessionQuestion(body: question.body.span.bytes) == question)
        }
        let sessions = [
            CallSession(), CallSession(source: TrafficSource(source: "google", keyword: "roof"), landingPage: "l", page: "p", referrer: "r", device: "mobile"),
        ]
        for session in sessions { #expect(try CallSession(body: session.body.span.bytes) == session) }
        #expect(throws: ServiceError.self) {
            let bytes: [UInt8] = [1, 2]
            _ = try SessionQuestion(body: bytes.span.bytes)
        }
    }
}
