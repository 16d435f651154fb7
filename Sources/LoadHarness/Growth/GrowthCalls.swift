import CallAttribution
import CallModel
import CallStorage

/// Calls of a busy account over some thirty months, as a front and the pool would tell of them: the same for the same seed.
struct GrowthCalls {
    static let account = "load"
    static let numbers = 200
    static let destinations = 60
    /// Thirty months.
    static let span: Int64 = 913 * 86_400_000

    private let first: Int64
    private let step: Double
    private var random: GrowthRandom
    private let sources = GrowthFacts()

    /// - Parameters:
    ///   - count: of the calls that fill the span before `now`; later ones go on at the same pace.
    ///   - run: tells the ids of several stores' calls apart.
    init(count: Int, until now: Timestamp, run: UInt64) {
        first = now.milliseconds - Self.span
        step = Double(Self.span) / Double(max(1, count))
        random = GrowthRandom(state: run &* 0x9E37_79B9_7F4A_7C15 &+ 1)
        self.run = run
    }

    private let run: UInt64

    var facts: any FactsSource { sources }

    /// The exchange that brings a call, and what is told of it afterwards.
    mutating func call(_ place: Int) -> (exchange: CallInput, events: [CallInput]) {
        let id = "grow-\(run)-\(place)"
        // Fronts differ by seconds in when they tell.
        let start = first + Int64(Double(place) * step) + Int64(random.below(4_000))
        let number = Int(random.skewed(UInt64(Self.numbers)))
        let destination = (number * 7 + Int(random.below(5))) % Self.destinations
        let exchange = exchange(id, place, at: Timestamp(milliseconds: start), number: number, destination: destination)
        return (exchange, events(id, at: start, destination: destination))
    }

    private mutating func exchange(_ id: String, _ place: Int, at: Timestamp, number: Int, destination: Int) -> CallInput {
        let to = GrowthFacts.number(number)
        let inbound = InboundCall(
            callID: id, to: to, from: random.below(50) == 0 ? "anonymous" : caller(), callerName: random.below(4) == 0 ? "Caller \(random.below(9_000))" : "",
            at: at, provider: number % 3 == 0 ? "freeswitch" : "kamailio", providerCallID: "CA\(run)\(place)", isTest: random.below(400) == 0)
        var decision = RouteDecision(
            callID: id,
            action: .connect(Dial(targets: [.init(destinationID: "desk-\(destination)", number: GrowthFacts.desk(destination), kind: "landline")], ringSeconds: 25)))
        decision.account = Self.account
        decision.trackingNumber = to
        decision.flow = "flow-\(number % 5)"
        decision.routingType = number % 4 == 0 ? "weighted" : "regular"
        decision.directoryVersion = 1
        decision.routedBy = "flow"
        decision.trace = [TraceStep(node: "start", destinationID: "desk-\(destination)", verdict: "chosen", reason: "order")]
        return .exchange(
            Exchange(
                exchangeID: Self.hex(run, UInt64(place)), question: .route(inbound), status: 0, decision: decision, receivedAt: at, dispatchedAt: at,
                endedAt: at.advanced(bySeconds: 0.001)))
    }

    private mutating func events(_ id: String, at start: Int64, destination: Int) -> [CallInput] {
        var events: [CallInput] = []
        func tell(_ kind: CallEvent.Kind, after milliseconds: Int64, _ change: (inout CallEvent) -> Void) {
            var event = CallEvent(callID: id, kind: kind, at: Timestamp(milliseconds: start + milliseconds))
            change(&event)
            events.append(.event(event))
        }
        let ring = 2_000 + Int64(random.below(18_000))
        let isAnswered = random.below(10) < 7
        let talk = isAnswered ? 5_000 + Int64(random.skewed(600)) * 1_000 + Int64(random.below(1_000)) : 0
        if isAnswered { tell(.answered, after: ring) { $0.destinationID = "desk-\(destination)" } }
        tell(.ended, after: ring + talk) { event in
            event.endedBy = random.below(3) == 0 ? "destination" : "caller"
            event.cause = "16"
        }
        if random.below(20) == 0 { tell(.tagged, after: ring + talk) { $0.tags = ["tag-\(random.below(30))"] } }
        if random.below(30) == 0 {
            tell(.value, after: ring + talk) { event in
                event.amount = "\(random.below(500)).50"
                event.currency = "USD"
            }
        }
        if random.below(100) == 0 { tell(.spam, after: ring + talk) { $0.spam = true } }
        return events
    }

    private static let regulars: UInt64 = 200_000
    private static let others: UInt64 = 7_000_000

    /// Some call often, most once or twice.
    private mutating func caller() -> String {
        let place = random.below(3) == 0 ? random.skewed(Self.regulars) : Self.regulars + random.below(Self.others)
        return Self.caller(place)
    }

    private static func caller(_ place: UInt64) -> String { "+1312" + String(2_000_000 + place) }

    /// Callers who have about as many calls as `expected` among all; those of one call may have none.
    static func callers(expected: Int, of calls: Int, count: Int) -> [PhoneNumber] {
        // A third of the calls are regulars', of whom the one at x of all (0 to 1) has a share of x^(-2/3) / 3, all of them one (`skewed`).
        let share = Double(expected) * Double(regulars) / (Double(calls) / 9)
        let x = 1 / (share * share.squareRoot())
        let first = x < 1 ? min(UInt64(Double(regulars) * x), regulars - UInt64(count)) : regulars
        return (0..<UInt64(count)).compactMap { PhoneNumber(e164: caller(first + $0)) }
    }

    private static func hex(_ a: UInt64, _ b: UInt64) -> String {
        func digits(_ value: UInt64) -> String {
            let text = String(value, radix: 16)
            return String(repeating: "0", count: 16 - text.utf8.count) + text
        }
        return digits(a) + digits(b)
    }
}

/// What the directory of such an account says of its numbers.
private final class GrowthFacts: FactsSource {
    private let facts: [String: CallFacts]

    init() {
        let rules = [
            QualifyRule(
                name: "new lead", combination: .all,
                conditions: [RecordCondition(field: .firstTime, test: .flag(true)), RecordCondition(field: .talkSeconds, test: .number(.atLeast, 60))])
        ]
        facts = Dictionary(
            uniqueKeysWithValues: (0..<GrowthCalls.numbers).map { place in
                let number = Self.number(place)
                let source = TrafficSource(
                    source: ["google", "bing", "facebook", "Billboard", "Radio", "newsletter"][place % 6], medium: ["cpc", "organic", "offline"][place % 3],
                    campaign: "campaign-\(place % 40)")
                return (
                    number,
                    CallFacts(
                        account: GrowthCalls.account, directoryVersion: 1, country: Country("US"), trackingNumber: number, trackingName: "Number \(place)",
                        assignedTo: Assignment(kind: "campaign", value: "campaign-\(place % 40)"), source: source, flow: "flow-\(place % 5)", rules: rules,
                        pool: place % 10 == 0 ? CallFacts.Pool(id: "pool-\(place % 3)", source: nil) : nil)
                )
            })
    }

    func facts(for history: CallHistory, pinned: CallFacts?) -> CallFacts? { (history.decided?.number ?? history.dialled).flatMap { facts[$0] } ?? pinned }

    static func number(_ place: Int) -> String { "+1500555\(2_000 + place)" }
    static func desk(_ place: Int) -> String { "+1500556\(2_000 + place)" }
}

/// Reproducible (SplitMix64).
struct GrowthRandom {
    var state: UInt64

    mutating func below(_ bound: UInt64) -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return (mixed ^ mixed >> 31) % bound
    }

    /// The lower the likelier: the chance falls about as 1/x.
    mutating func skewed(_ bound: UInt64) -> UInt64 {
        let uniform = Double(below(1 << 53)) / Double(UInt64(1) << 53)
        return min(bound - 1, UInt64(Double(bound) * uniform * uniform * uniform))
    }
}
