import CallModel

/// Random messages that the contract allows; a seed gives the same ones again.
struct Samples: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    mutating func flag() -> Bool { Bool.random(using: &self) }

    /// Often empty; with quotes, controls and letters of several bytes in it.
    mutating func text(atLeast least: Int = 0, atMost most: Int = 12) -> String {
        let letters = Array("abcXYZ019 +-_./:\"\\\n\t\u{1}{}[],äß漢🙂")
        return String((0..<Int.random(in: least...most, using: &self)).map { _ in letters.randomElement(using: &self) ?? "a" })
    }

    mutating func time() -> Timestamp { Timestamp(milliseconds: .random(in: -62_135_596_800_000...253_402_300_799_999, using: &self)) }

    mutating func seconds() -> Double { Double(Int.random(in: 0...100_000, using: &self)) / 8 }

    mutating func attributes() -> [String: String] {
        var attributes: [String: String] = [:]
        for _ in 0..<Int.random(in: 0...3, using: &self) { attributes[text()] = text() }
        return attributes
    }

    mutating func list<Element>(_ element: (inout Samples) -> Element) -> [Element] {
        (0..<Int.random(in: 0...3, using: &self)).map { _ in element(&self) }
    }

    mutating func call() -> InboundCall {
        InboundCall(
            callID: text(atLeast: 1), to: text(), from: text(), callerName: text(), at: flag() ? time() : nil, provider: text(),
            providerCallID: text(), isTest: flag(), attributes: attributes())
    }

    mutating func report() -> AttemptReport {
        AttemptReport(destinationID: text(), number: text(), result: text(atLeast: 1), ringSeconds: seconds(), cause: text())
    }

    mutating func progress() -> CallProgress {
        CallProgress(
            callID: text(atLeast: 1), continuation: text(), at: flag() ? time() : nil, attempts: list { $0.report() }, digits: text(),
            noInput: flag())
    }

    mutating func event() -> CallEvent {
        let kind = CallEvent.Kind.allCases.randomElement(using: &self) ?? .ended
        return CallEvent(
            callID: text(atLeast: 1), kind: kind, at: time(), eventID: text(), sequence: flag() ? next() : 0, provider: text(),
            providerCallID: text(), isTest: flag(), to: text(), from: text(), destinationID: text(), destinationNumber: text(),
            attempt: kind == .attempt || flag() ? report() : nil, digits: text(),
            endedBy: ["", "caller", "destination", "platform"].randomElement(using: &self) ?? "", cause: text(),
            durationSeconds: seconds(), url: text(), tags: list { $0.text() }, note: text(),
            amount: ["", "0", "-12.50", "1250"].randomElement(using: &self) ?? "", currency: ["", "EUR", "usd"].randomElement(using: &self) ?? "", spam: flag(),
            attributes: attributes(), routedBy: flag() ? "fallback" : "")
    }

    mutating func dial() -> Dial {
        Dial(
            targets: [target()] + list { $0.target() }, ringSeconds: .random(in: 0...300, using: &self), screening: flag(),
            callerID: text())
    }

    mutating func target() -> Dial.Target { Dial.Target(destinationID: text(), number: text(), kind: text()) }

    mutating func decision() -> RouteDecision {
        let action: RouteDecision.Action =
            switch next() % 4 {
            case 0: .connect(dial())
            case 1:
                .gather(
                    Gather(prompt: text(), maxDigits: .random(in: 0...20, using: &self), timeoutSeconds: .random(in: 0...60, using: &self)))
            case 2: .voicemail(Voicemail(greeting: text(), maxSeconds: .random(in: 0...600, using: &self)))
            default: .reject(cause: text(), sipStatus: text())
            }
        var decision = RouteDecision(callID: text(atLeast: 1), action: action)
        decision.continuation = text()
        decision.plan = list { $0.dial() }
        decision.greeting = text()
        decision.whisper = text()
        decision.record = flag()
        decision.routingType = text()
        decision.account = text()
        decision.trackingNumber = text()
        decision.flow = text()
        decision.directoryVersion = next()
        decision.routedBy = text()
        decision.trace = list { TraceStep(node: $0.text(), destinationID: $0.text(), verdict: $0.text(), reason: $0.text()) }
        return decision
    }
}
