import CallModel

/// The inputs of a call as fronts and carriers report it, with all that goes wrong on the way: what is told twice, late, or in two versions.
struct PlausibleCall {
    private(set) var inputs: [Input] = []
    private var random: SeededGenerator
    private var events = 0
    private var exchanges = 0
    /// Seconds after the call's start.
    private var clock = 0.0

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        arrive()
        let isRouted = dial()
        if oneIn(4) { tell(.digits) { $0.digits = "\(Int.random(in: 0...9, using: &$1))" } }
        talk(isRouted: isRouted)
        annotate()
    }

    private mutating func oneIn(_ count: Int) -> Bool { Int.random(in: 0..<count, using: &random) == 0 }

    private mutating func tell(_ kind: CallEvent.Kind, at seconds: Double? = nil, _ change: (inout CallEvent, inout SeededGenerator) -> Void = { _, _ in }) {
        events += 1
        var event = CallEvent(callID: "c1", kind: kind, at: after(seconds ?? clock))
        // A provider's id, its count, or nothing but what the event says.
        switch Int.random(in: 0..<3, using: &random) {
        case 0: event.eventID = "E\(events)"
        case 1: event.sequence = UInt64(events)
        default: event.attributes = ["line": "\(events)"]
        }
        if oneIn(3) { (event.provider, event.providerCallID) = ("twilio", "CA\(events % 2)") }
        event.isTest = oneIn(25)
        change(&event, &random)
        inputs.append(.event(event))
    }

    private mutating func arrive() {
        let isFallback = oneIn(5)
        if isFallback || oneIn(3) {
            for _ in 0...(oneIn(4) ? 1 : 0) {
                tell(.arrived) { event, random in
                    event.to = "+1 212 555 0100"
                    event.from = ["+13125550142", "(312) 555-0142", "anonymous", ""].randomElement(using: &random) ?? ""
                    event.routedBy = isFallback ? "fallback" : ["", "flow"].randomElement(using: &random) ?? ""
                    event.destinationID = isFallback ? ["a", ""].randomElement(using: &random) ?? "" : ""
                }
            }
        }
    }

    /// Whether routing was asked.
    private mutating func dial() -> Bool {
        guard !oneIn(4) else { return false }
        let rounds = Int.random(in: 0...3, using: &random)
        let refusal = ["closed", "blocked", "no_destination", "capped"].randomElement(using: &random) ?? ""
        exchange(nil, decision: rounds == 0 ? refused(refusal) : connect("a", continuation: "k1"))
        for round in 0..<rounds {
            let ring = Double(Int.random(in: 0...5, using: &random) * 5)
            clock += ring
            let word = ["no_answer", "busy", "USER_BUSY", "503", "NOANSWER", "failed"].randomElement(using: &random) ?? ""
            let report = AttemptReport(destinationID: ["a", "b", "c"][round % 3], result: word, ringSeconds: ring, cause: ["", "17", "1"].randomElement(using: &random) ?? "")
            // Told by ContinueCall, by an event, or by both.
            if !oneIn(3) { tell(.attempt) { event, _ in event.attempt = report } }
            let last = round == rounds - 1
            let decision = last && oneIn(3) ? refused("call_over") : connect("b", "c", continuation: "k\(round + 2)", type: "multi")
            exchange(report, continuation: "k\(round + 1)", decision: decision)
        }
        return true
    }

    private func refused(_ cause: String) -> RouteDecision { decision(.reject(cause: cause, sipStatus: "")) }

    /// Now and then a request is tried again, or has failed.
    private mutating func exchange(_ report: AttemptReport?, continuation: String = "", decision: RouteDecision) {
        for attempt in 0...(oneIn(4) ? 1 : 0) {
            exchanges += 1
            let failed = attempt == 0 && oneIn(5)
            if let report {
                inputs.append(
                    .exchange(
                        proceed("x\(exchanges)", at: clock, continuation: continuation, attempts: [report], status: failed ? 14 : 0, failed ? nil : decision)))
            } else {
                inputs.append(.exchange(route(failed ? nil : decision, id: "x\(exchanges)", status: failed ? 4 : 0, took: Double(exchanges) / 1000)))
            }
        }
    }

    private mutating func talk(isRouted: Bool) {
        let isAnswered = oneIn(2)
        if isAnswered {
            clock += Double(Int.random(in: 0...3, using: &random) * 5)
            tell(.answered) { event, random in
                event.destinationID = ["a", "b", ""].randomElement(using: &random) ?? ""
                event.destinationNumber = event.destinationID.isEmpty ? ["+12125550133", ""].randomElement(using: &random) ?? "" : ""
            }
            if oneIn(4) { tell(.answered, at: clock + 5) { event, _ in event.destinationID = "c" } }
        }
        if oneIn(4) {
            // With a destination it was a carrier's mailbox.
            tell(.voicemail, at: clock + 1) { event, random in
                event.destinationID = ["", "a", "b"].randomElement(using: &random) ?? ""
                event.durationSeconds = [0, 20].randomElement(using: &random) ?? 0
                event.url = ["", "https://media.example/1"].randomElement(using: &random) ?? ""
            }
        }
        guard !oneIn(5) else { return }
        for _ in 0...(oneIn(3) ? 2 : 0) {
            tell(.ended, at: clock + Double(Int.random(in: 1...4, using: &random) * 4)) { event, random in
                event.endedBy = ["caller", "destination", "platform", ""].randomElement(using: &random) ?? ""
                event.cause = ["", "16", "NORMAL_CLEARING", "17", "487", "closed"].randomElement(using: &random) ?? ""
                event.durationSeconds = [0, 33].randomElement(using: &random) ?? 0
            }
        }
        // An answer after the end changes nothing.
        if oneIn(4) { tell(.answered, at: clock + 60) { event, _ in event.destinationID = "b" } }
    }

    private mutating func annotate() {
        for kind in [CallEvent.Kind.tagged, .note, .value, .spam, .recording] {
            guard oneIn(3) else { continue }
            for _ in 0...(oneIn(3) ? 1 : 0) {
                tell(kind, at: clock + Double(Int.random(in: 0...1, using: &random))) { event, random in
                    event.tags = kind == .tagged ? [["lead"], ["junk", "late"], []].randomElement(using: &random) ?? [] : []
                    event.note = kind == .note ? ["called back", ""].randomElement(using: &random) ?? "" : ""
                    event.amount = kind == .value ? ["120", ""].randomElement(using: &random) ?? "" : ""
                    event.currency = kind == .value ? ["USD", ""].randomElement(using: &random) ?? "" : ""
                    event.spam = kind == .spam && Bool.random(using: &random)
                    event.url = kind == .recording ? "https://media.example/\(Int.random(in: 2...3, using: &random))" : ""
                }
            }
        }
    }
}
