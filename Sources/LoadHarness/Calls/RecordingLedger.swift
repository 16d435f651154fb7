/// Which calls were answered and which records were found: each answered call must have exactly one.
package struct RecordingLedger: Sendable {
    private static let answered: UInt8 = 0x80
    private static let most: UInt8 = 0x7F

    /// By the call's number: whether it was answered, and how many records were found.
    private var calls: [UInt8] = []
    private let ids: CallIDs
    /// Records of this run's prefix that are of no call it sent.
    private var strangers = 0

    package init(ids: CallIDs) { self.ids = ids }

    package mutating func sent(upTo count: Int) {
        if count > calls.count { calls.append(contentsOf: repeatElement(0, count: count - calls.count)) }
    }

    package mutating func answer(_ number: Int) { calls[number] |= Self.answered }

    /// A record of the call log; one of another run says nothing.
    package mutating func found(_ callID: Substring.UTF8View) {
        switch ids.number(of: callID) {
        case .foreign: return
        case .unknown: strangers += 1
        case .call(let number):
            guard calls.indices.contains(number) else { return strangers += 1 }
            if calls[number] & Self.most < Self.most { calls[number] += 1 }
        }
    }

    package var verdict: RecordingVerdict {
        var verdict = RecordingVerdict(strangers: strangers)
        for call in calls {
            let records = Int(call & Self.most)
            if call & Self.answered != 0 {
                verdict.answered += 1
                if records == 0 { verdict.lost += 1 }
            } else if records > 0 {
                verdict.unanswered += 1
            }
            verdict.recorded += records > 0 ? 1 : 0
            if records > 1 { verdict.repeated += 1 }
        }
        return verdict
    }
}

/// Whether what was promised was kept.
package struct RecordingVerdict: Hashable, Sendable {
    /// Calls that got a decision.
    package var answered = 0
    /// Calls with a record.
    package var recorded = 0
    /// Answered, and no record.
    package var lost = 0
    /// More than one record.
    package var repeated = 0
    /// Recorded, but no answer came: allowed, since an answer can get lost on its way.
    package var unanswered = 0
    /// Records of calls that nobody made.
    package var strangers = 0

    package init(answered: Int = 0, recorded: Int = 0, lost: Int = 0, repeated: Int = 0, unanswered: Int = 0, strangers: Int = 0) {
        self.answered = answered
        self.recorded = recorded
        self.lost = lost
        self.repeated = repeated
        self.unanswered = unanswered
        self.strangers = strangers
    }

    package var holds: Bool { lost == 0 && repeated == 0 && strangers == 0 }
}
