import CallModel
import CallRouting
import CallServices
import MessageWire
import Testing

@Suite("Questions and answers of live state and history travel as packed bytes")
struct LiveMessageTests {
    static let question = LiveQuestion(
        account: "acme", callID: "call-1", step: 2, at: Timestamp(milliseconds: 1_780_495_500_123), maxCallSeconds: 14_400, isTest: true,
        ended: AttemptResult.allCases.map { EndedAttempt(destinationID: "front-desk", result: $0) },
        rings: [
            RingQuestion(
                flow: "main", place: "start.weighted", kind: .weighted,
                tiers: [
                    [Candidate(id: "front-desk", limits: limits)], [Candidate(id: "cell", ineligibility: .closed)],
                    [Candidate(id: "büro", isAvoided: true)],
                ],
                isEntered: true, weights: [50, 0, 25], sticky: "cell"),
            RingQuestion(
                flow: "after", place: "start", kind: .priority, tiers: [[Candidate(id: "a"), Candidate(id: "b")], []], isEntered: false),
        ])

    static let limits = [
        Limit(max: 10, per: .day, count: .attempts, zone: zone, from: CivilDate(year: 2026, month: 6, day: 10)),
        Limit(max: 0, per: .concurrent, count: .connections, zone: zone, from: nil),
    ]

    // A region and a city of the IANA database, which every machine with Foundation has.
    static let zone = ZoneRules.named("America/New_York") ?? ZoneRules.named("Etc/UTC").unsafelyUnwrapped

    static let answer = LiveAnswer.choice(
        RingChoice(
            passes: [
                RingPass(
                    considered: Ineligibility.allCases.map { Consideration(destinationID: "x", verdict: .skipped($0)) }
                        + Consideration.Preference.allCases.map { Consideration(destinationID: "y", verdict: .chosen($0)) },
                    targets: ["y", "z"], rest: [["a", "b"], [], ["c"]]),
                RingPass(considered: [], targets: [], rest: []),
            ],
            plan: [PlannedRing(ring: 0, targets: ["a", "b"]), PlannedRing(ring: 1, targets: [])]))

    static let past = CallerPast(
        isFirstTime: true, answered: [CallerPast.Answer(destinationID: "cell", at: Timestamp(milliseconds: -5))],
        converted: [CallerPast.Answer(destinationID: "front-desk", at: Timestamp(milliseconds: 1_780_495_500_123))])

    static func pastQuestion() throws -> CallerQuestion {
        CallerQuestion(
            account: "acme", caller: try #require(PhoneNumber(e164: "+13125550142")), callID: "call-1",
            startedAt: Timestamp(milliseconds: 1_780_495_500_123), trackingNumber: "+12125550100", scope: .trackingNumber, windowDays: 365)
    }

    private func read<Body: PackedBody>(_ bytes: [UInt8], _: Body.Type) throws(ServiceError) -> Body { try Body(body: bytes.span.bytes) }

    @Test("What is packed is unpacked the same")
    func roundTrip() throws {
        #expect(try read(Self.question.body, LiveQuestion.self) == Self.question)
        #expect(try read(Self.answer.body, LiveAnswer.self) == Self.answer)
        #expect(try read(LiveAnswer.over.body, LiveAnswer.self) == .over)
        #expect(try read(Self.past.body, CallerPast.self) == Self.past)
        let question = try Self.pastQuestion()
        #expect(try read(question.body, CallerQuestion.self) == question)
    }

    @Test("A body that was cut short, has something behind it or speaks another format is refused as INVALID_ARGUMENT")
    func whole() throws {
        func check<Body: PackedBody>(_ whole: [UInt8], _: Body.Type) {
            for length in 0..<whole.count {
                #expect(throws: ServiceError.self) { try read(Array(whole[..<length]), Body.self) }
            }
            #expect(throws: ServiceError.self) { try read((whole + [0]), Body.self) }
            #expect(throws: ServiceError.self) { try read(([9] + whole.dropFirst()), Body.self) }
        }
        check(Self.question.body, LiveQuestion.self)
        check(Self.answer.body, LiveAnswer.self)
        check(Self.past.body, CallerPast.self)
        check(try Self.pastQuestion().body, CallerQuestion.self)
        do throws(ServiceError) {
            _ = try read([UInt8]("{}".utf8), LiveQuestion.self)
        } catch {
            #expect(error.status == .invalidArgument)
        }
    }

    @Test("No damaged byte makes more of a reader than a refusal or another message", arguments: 0..<4)
    func damage(_ kind: Int) throws {
        func check<Body: PackedBody>(_ whole: [UInt8], _: Body.Type) {
            for place in whole.indices {
                for value in [0, 1, 2, 127, 128, 255] as [UInt8] {
                    var bytes = whole
                    bytes[place] = value
                    // What it reads it can write.
                    if let body = try? read(bytes, Body.self) { #expect(!body.body.isEmpty) }
                }
            }
        }
        switch kind {
        case 0: check(Self.question.body, LiveQuestion.self)
        case 1: check(Self.answer.body, LiveAnswer.self)
        case 2: check(Self.past.body, CallerPast.self)
        default: check(try Self.pastQuestion().body, CallerQuestion.self)
        }
    }

    @Test("A weighted node without a weight for each tier is refused")
    func weights() {
        var question = Self.question
        question.rings[0].weights = [1]
        #expect(throws: ServiceError.self) { try read(question.body, LiveQuestion.self) }
    }
}
