import CallModel
import CallWire
import MessageClient
import MessageWire

/// What became of a run's calls and events.
package struct CallTally: Sendable {
    enum Answer: Sendable {
        case right
        /// Answered OK, but not with the one destination there is.
        case wrong
        case failed(String)

        init(_ outcome: Outcome) {
            switch outcome.result {
            case .success(.reply(let reply)): self = Self.isRight(reply.body) ? .right : .wrong
            case .success(.accepted): self = .wrong
            case .failure(let error): self = .failed("call: \(error.status.name)")
            }
        }

        static func isRight(_ body: [UInt8]) -> Bool {
            guard let decision = try? RouteDecision(body: body.span.bytes, .protobuf), case .connect(let dial) = decision.action else { return false }
            return dial.targets.map(\.destinationID) == [LoadDirectory.destination]
        }
    }

    package var ledger: RecordingLedger
    package private(set) var sent = 0
    package private(set) var latencies = Latencies()
    package private(set) var wrong = 0
    package private(set) var eventsAccepted = 0
    /// By what failed and its status.
    package var failures: [String: Int] = [:]

    package init(ledger: RecordingLedger) { self.ledger = ledger }

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
            return false
        case .right, .wrong:
            if case .wrong = answer { wrong += 1 }
            ledger.answer(number)
            latencies.record(latency)
            return true
        }
    }

    mutating func endEvent(_ outcome: Outcome) {
        switch outcome.result {
        case .success: eventsAccepted += 1
        case .failure(let error): failures["event: \(error.status.name)", default: 0] += 1
        }
    }
}
