package import MessageWire

/// What happened since the start: every refusal and every drop has a number (reliability.md, "Nothing is dropped in silence").
package struct Counters: Sendable {
    /// Why a message went nowhere.
    package enum Drop: Int, CaseIterable, Sendable {
        case malformed, muted, lateDone, streamedDurable, slowPeer, gonePeer, connections, teeRecord, unknownReply
    }

    package private(set) var drops = [UInt64](repeating: 0, count: Drop.allCases.count)
    package private(set) var malformed: [Malformed: UInt64] = [:]
    /// By status.
    package private(set) var answers = [UInt64](repeating: 0, count: 17)
    package private(set) var refusals = [UInt64](repeating: 0, count: 17)
    package var accepted: UInt64 = 0
    package var settled: UInt64 = 0
    package var redeliveries: UInt64 = 0
    /// Answers that went out before their record was on disk.
    package var teeMisses: UInt64 = 0

    mutating func drop(_ reason: Drop) { drops[reason.rawValue] += 1 }

    mutating func drop(_ reason: Malformed) {
        drop(.malformed)
        malformed[reason, default: 0] += 1
    }

    mutating func answer(_ status: UInt8) { answers[Int(min(status, 16))] += 1 }
    mutating func refuse(_ status: StatusCode) { refusals[Int(status.rawValue)] += 1 }
}
