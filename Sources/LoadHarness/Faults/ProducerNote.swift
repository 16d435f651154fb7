/// A line from the producer's process to the run: what it is about to do, and what it saw. A producer that is killed has told
/// all that it saw, since what is written to a socket outlives the writer.
package enum ProducerNote: Hashable, Sendable {
    /// These calls are about to be made.
    case sent(first: Int, count: Int)
    /// Answered, and the call is on disk.
    case answered(Int)
    /// Answered without the record on disk (`teed: 0`): nothing is promised.
    case unrecorded(Int)
    /// The answer sends the call to the destination that takes few.
    case offered(Int)
    /// An OK that is not the answer to this call.
    case wrong(Int, String)
    /// No decision, or no acceptance of the call's event.
    case failed(Int, String), eventFailed(Int, String)
    /// The call's event was accepted, and is on disk.
    case eventAccepted(Int)
    /// An event was accepted before, and the broker did not know it any more.
    case forgotten(Int)
    /// Nothing is out any more.
    case resting

    package var line: String {
        switch self {
        case .sent(let first, let count): "sent \(first) \(count)"
        case .answered(let call): "answered \(call)"
        case .unrecorded(let call): "unrecorded \(call)"
        case .offered(let call): "offered \(call)"
        case .wrong(let call, let text): "wrong \(call) \(text)"
        case .failed(let call, let text): "failed \(call) \(text)"
        case .eventFailed(let call, let text): "event-failed \(call) \(text)"
        case .eventAccepted(let call): "event-accepted \(call)"
        case .forgotten(let call): "forgotten \(call)"
        case .resting: "resting"
        }
    }

    /// Nil: no such line.
    package init?(_ line: some StringProtocol) {
        let words = line.split(separator: " ", maxSplits: 2)
        guard let name = words.first else { return nil }
        if name == "resting" {
            self = .resting
            return
        }
        guard words.count > 1, let call = Int(words[1]), call >= 0 else { return nil }
        let rest = words.count > 2 ? String(words[2]) : ""
        switch name {
        case "sent":
            guard let count = Int(rest), count > 0 else { return nil }
            self = .sent(first: call, count: count)
        case "answered": self = .answered(call)
        case "unrecorded": self = .unrecorded(call)
        case "offered": self = .offered(call)
        case "wrong": self = .wrong(call, rest)
        case "failed": self = .failed(call, rest)
        case "event-failed": self = .eventFailed(call, rest)
        case "event-accepted": self = .eventAccepted(call)
        case "forgotten": self = .forgotten(call)
        default: return nil
        }
    }
}

/// A line from the run to its producer.
enum ProducerOrder: String {
    /// Finish what is out, and say so.
    case rest
    case go
}
