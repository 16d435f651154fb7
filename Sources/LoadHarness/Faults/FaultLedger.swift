/// All calls of a run by their numbers: what the producers said of each, and what the call log has.
package struct FaultLedger: Sendable {
    package struct Call: Hashable, Sendable {
        package enum Answer: Hashable, Sendable { case none, promised, unrecorded, refused }

        package var answer = Answer.none
        package var isEventAccepted = false
        package var records: UInt8 = 0
        /// Its record tells its end.
        package var isEnded = false
        /// In which round it was answered, or sent where no answer came.
        package var round: Int32
    }

    package private(set) var calls: [Call] = []
    package private(set) var answered = 0
    package private(set) var unrecorded = 0
    package private(set) var eventsAccepted = 0
    /// Calls whose producer was killed before it saw what became of them.
    package private(set) var unknown = 0
    /// Calls that were sent to the destination that takes few, since its limit was reset.
    package private(set) var offered = 0
    /// By what failed and its status.
    package private(set) var failures: [String: Int] = [:]
    package private(set) var violations: [FaultViolation] = []
    package let ids: CallIDs
    /// The first call of the producer that works now.
    private var firstOfProducer = 0
    package var round = 0

    package init(ids: CallIDs) { self.ids = ids }

    /// A producer is killed, and the next begins behind its last call.
    package mutating func endProducer() {
        unknown += calls[firstOfProducer...].count { $0.answer == .none }
        firstOfProducer = calls.count
    }

    package mutating func note(_ note: ProducerNote) {
        switch note {
        case .sent(let first, let count):
            guard first == calls.count else { return violate(.answers, "calls \(first) and on were sent out of turn, \(calls.count) is next") }
            calls.append(contentsOf: repeatElement(Call(round: Int32(truncatingIfNeeded: round)), count: count))
        case .answered(let call):
            if answer(call, .promised) { answered += 1 }
        case .unrecorded(let call):
            if answer(call, .unrecorded) { unrecorded += 1 }
        case .failed(let call, let status):
            if answer(call, .refused) { failures["call: \(status)", default: 0] += 1 }
        case .offered: offered += 1
        case .wrong(let call, let text):
            if answer(call, .refused) { violate(.answers, "\(name(call)) got \(text)") }
        case .eventAccepted(let call):
            guard calls.indices.contains(call) else { return violate(.answers, "an event of call \(call), which was not sent") }
            calls[call].isEventAccepted = true
            eventsAccepted += 1
        case .eventFailed(_, let status): failures["event: \(status)", default: 0] += 1
        case .forgotten(let call): violate(.events, "the event of \(name(call)) was accepted, and accepted again under its id without `duplicate: 1`")
        case .resting: break
        }
    }

    private mutating func answer(_ call: Int, _ answer: Call.Answer) -> Bool {
        guard calls.indices.contains(call) else {
            violate(.answers, "an answer to call \(call), which was not sent")
            return false
        }
        guard calls[call].answer == .none else {
            violate(.answers, "\(name(call)) was answered twice: \(calls[call].answer), then \(answer)")
            return false
        }
        calls[call].answer = answer
        calls[call].round = Int32(truncatingIfNeeded: round)
        return true
    }

    /// What the call log is about to be read for.
    package mutating func forgetRecords(from first: Int) {
        for call in first..<calls.count { (calls[call].records, calls[call].isEnded) = (0, false) }
    }

    /// A record of the call log; of an older call than `first`, or of another run, it says nothing now.
    package mutating func found(_ callID: Substring.UTF8View, isEnded: Bool, from first: Int) {
        switch ids.number(of: callID) {
        case .foreign: return
        case .unknown: violate(.sent, "a record of \(String(Substring(callID))), which no producer sent")
        case .call(let call):
            guard calls.indices.contains(call) else { return violate(.sent, "a record of \(name(call)), which no producer sent; \(calls.count) calls were") }
            guard call >= first else { return }
            calls[call].records = min(calls[call].records + 1, 100)
            calls[call].isEnded = calls[call].isEnded || isEnded
        }
    }

    /// Whether what was promised of the calls from `first` on was kept, when all is at rest and the log has been read.
    package mutating func check(from first: Int) {
        for (number, call) in calls.enumerated().dropFirst(first) {
            if call.records > 1 { violate(.once, "\(name(number)) has \(call.records) records") }
            if call.answer == .promised, call.records == 0 {
                violate(.recorded, "\(name(number)) was answered without `teed: 0`\(during(call)), and the call log does not have it")
            } else if call.answer == .promised, call.isEventAccepted, !call.isEnded {
                violate(.events, "the ended event of \(name(number)) was accepted\(during(call)), and its record tells no end")
            }
            if call.answer == .none, number >= firstOfProducer {
                violate(.answers, "\(name(number)) has no answer\(during(call)) though its producer is at rest")
            }
        }
    }

    /// Whether the limit was kept since the last look; it is reset now.
    package mutating func checkLimit(_ most: Int) {
        if offered > most { violate(.limits, "\(offered) calls were sent to a destination that takes \(most)\(round == 0 ? "" : ", until round \(round)")") }
        offered = 0
    }

    /// Calls with an accepted event that the log of the account need not show: the broker promised no record of the call itself.
    package func eventsAlone(from first: Int) -> [Int] {
        calls.indices.dropFirst(first).filter { calls[$0].isEventAccepted && calls[$0].answer != .promised }
    }

    package mutating func violate(_ invariant: FaultInvariant, _ text: String) {
        // The first ones explain; a thousand of a kind would only hide them.
        if violations.count < 100 { violations.append(FaultViolation(invariant, text)) }
    }

    package func name(_ call: Int) -> String { "call \(ids.text(call))" }

    private func during(_ call: Call) -> String { call.round == 0 ? " before the first round" : " in round \(call.round)" }
}
