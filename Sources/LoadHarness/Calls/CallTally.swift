import CallModel
import CallWire
import MessageClient
import MessageWire

/// What became of a run's calls and events.
package struct CallTally: Sendable {
    enum Answer: Sendable {
        /// The one destination that is dialled.
        case right(String)
        /// Answered OK, but not with one of the account's destinations.
        case wrong
        case failed(String)

        init(_ outcome: Outcome, _ directory: LoadDirectory) {
            switch outcome.result {
            case .success(.reply(let reply)): self.init(reply.body, directory)
            case .success(.accepted): self = .wrong
            case .failure(let error): self = .failed("call: \(error.status.name)")
            }
        }

        init(_ body: [UInt8], _ directory: LoadDirectory) {
            guard let decision = try? RouteDecision(body: body.span.bytes, .protobuf), case .connect(let dial) = decision.action,
                dial.targets.count == 1, directory.mayTake(dial.targets[0].destinationID)
            else {
                self = .wrong
                return
            }
            self = .right(dial.targets[0].destinationID)
        }
    }

    package var ledger: RecordingLedger
    package private(set) var sent = 0
    package private(set) var latencies = Latencies()
    package private(set) var wrong = 0
    package private(set) var offers: OfferCount
    package private(set) var eventsAccepted = 0
    /// By what failed and its status.
    package var failures: [String: Int] = [:]

    package init(ledger: RecordingLedger, _ directory: LoadDirectory) {
        self.ledger = ledger
        offers = OfferCount(directory)
    }

    /// The number of the first of `count` new calls.
    mutating func begin(_ count: Int) -> Int {
        defer { sent += count }
        ledger.sent(upTo: sent + count)
        return sent
    }

    /// Whether the call was answered.
    mutating func end(_ number: Int, _ answer: Answer, latency: UInt64) -> Bool {
        switch answer {
        case .failed(let what):
            failures[what, default: 0] += 1
            offers.unknown += 1
            return false
        case .right, .wrong:
            if case .right(let destination) = answer { offers.add(destination) } else { wrong += 1 }
            ledger.answer(number)
            latencies.record(latency)
            return true
        }
    }

    mutating func busy(_ calls: Int) { offers.mostBusy = max(offers.mostBusy, calls) }

    mutating func endEvent(_ outcome: Outcome) {
        switch outcome.result {
        case .success: eventsAccepted += 1
        case .failure(let error): failures["event: \(error.status.name)", default: 0] += 1
        }
    }
}
