import CallAttribution
import CallModel
import CallStorage
import Foundation

/// A folder of its own for a test, removed with the value.
final class TestFolder {
    let path: String

    init() {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("trunkline-\(UUID().uuidString)").path
    }

    deinit {
        // What is left behind is in the system's own temporary folder.
        try? FileManager.default.removeItem(atPath: path)
    }
}

/// Facts by account and number, and for event-only calls by the number dialled.
final class TestFacts: FactsSource {
    let facts: [CallFacts]

    init(_ facts: [CallFacts] = TestFacts.all) { self.facts = facts }

    static let all = (0..<4).map { place in
        CallFacts(
            account: place < 3 ? "acme" : "other", directoryVersion: 3, country: Country("US"), trackingNumber: "+1212555010\(place)",
            trackingName: "Number \(place)", assignedTo: Assignment(kind: "campaign", value: "spring"),
            source: place == 1 ? nil : TrafficSource(source: place == 0 ? "Billboard" : "Radio", medium: "offline", content: "x"), flow: "main",
            repeatScope: place == 1 ? .trackingNumber : .account, repeatWindowDays: place == 2 ? 30 : 365, rules: place == 1 ? [] : [newLead, long],
            conversionDedupeHours: place == 0 ? 0 : 1,
            destinations: [.init(id: "a", number: "+12125550111"), .init(id: "b", number: "+12125550122")])
    }

    func facts(for history: CallHistory, pinned: CallFacts?) -> CallFacts? {
        guard let number = history.decided?.number ?? history.dialled else { return pinned }
        return facts.first { $0.trackingNumber == number }
    }
}

let newLead = QualifyRule(
    name: "new lead", combination: .all,
    conditions: [RecordCondition(field: .answered, test: .flag(true)), RecordCondition(field: .priorCalls, test: .number(.atMost, 2))])
let long = QualifyRule(
    name: "long", combination: .any,
    conditions: [
        RecordCondition(field: .talkSeconds, test: .number(.more, 8.5)), RecordCondition(field: .source, test: .text("Web")),
        RecordCondition(field: .value, test: .number(.unequal, 12.5)),
    ])

let noon = Timestamp(milliseconds: 1_780_495_200_000)

func routed(_ callID: String, number: Int = 0, at milliseconds: Int64 = 0, id: String? = nil, from: String = "+13125550142", isTest: Bool = false) -> CallInput {
    let at = Timestamp(milliseconds: noon.milliseconds + milliseconds)
    let to = "+1212555010\(number)"
    let inbound = InboundCall(callID: callID, to: to, from: from, at: at, provider: "kamailio", isTest: isTest, attributes: ["k": "v"])
    var decision = RouteDecision(callID: callID, action: .connect(Dial(targets: [.init(destinationID: "a", number: "+12125550111", kind: "landline")], ringSeconds: 25)))
    decision.account = number < 3 ? "acme" : "other"
    decision.trackingNumber = to
    decision.flow = "main"
    decision.routingType = "regular"
    decision.directoryVersion = 3
    decision.routedBy = "flow"
    decision.continuation = "k1"
    decision.trace = [TraceStep(node: "start", destinationID: "a", verdict: "chosen", reason: "order")]
    decision.plan = [Dial(targets: [], ringSeconds: 5, screening: true, callerID: "+12125550100")]
    return .exchange(
        Exchange(
            exchangeID: id ?? "0123456789abcdef0123456789abcdef", question: .route(inbound), status: 0, decision: decision, receivedAt: at, dispatchedAt: at,
            endedAt: at.advanced(bySeconds: 0.001)))
}

func rejectedUnknown(_ callID: String, at milliseconds: Int64 = 0) -> CallInput {
    let at = Timestamp(milliseconds: noon.milliseconds + milliseconds)
    let decision = RouteDecision(callID: callID, action: .reject(cause: "unknown_number", sipStatus: "404"))
    return .exchange(
        Exchange(
            exchangeID: "not hex", question: .route(InboundCall(callID: callID, to: "+12125559999", at: at)), status: 0, decision: decision, receivedAt: at,
            dispatchedAt: nil, endedAt: at))
}

func told(_ callID: String, _ kind: CallEvent.Kind, at milliseconds: Int64, _ change: (inout CallEvent) -> Void = { _ in }) -> CallInput {
    var event = CallEvent(callID: callID, kind: kind, at: Timestamp(milliseconds: noon.milliseconds + milliseconds))
    if kind == .ended { event.endedBy = "caller" }
    change(&event)
    return .event(event)
}

/// Reproducible randomness (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

/// Puts `bytes` over the beginning of a file.
func overwrite(_ path: String, with bytes: [UInt8]) throws {
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    try file.write(contentsOf: bytes)
    try file.close()
}

func firstBytes(_ path: String, _ count: Int) throws -> [UInt8] {
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    defer { try? file.close() }
    return try file.read(upToCount: count).map { [UInt8]($0) } ?? []
}
