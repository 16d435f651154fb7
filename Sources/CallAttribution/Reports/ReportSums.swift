internal import CallModel

/// What a row of a report says of its calls (records.md §6). A call counts under exactly one outcome, so that these add up to `calls`.
package struct ReportSums: Hashable, Sendable {
    package private(set) var calls = CallCount.zero
    /// A caller counts once, by the largest share that any of its calls has here; withheld numbers are nobody's.
    package var uniqueCallers = CallCount.zero
    package private(set) var firstTime = CallCount.zero

    package private(set) var answered = CallCount.zero
    package private(set) var missed = CallCount.zero
    package private(set) var abandoned = CallCount.zero
    package private(set) var voicemail = CallCount.zero
    package private(set) var blocked = CallCount.zero
    package private(set) var notRouted = CallCount.zero
    package private(set) var failed = CallCount.zero
    package private(set) var unknown = CallCount.zero
    /// No end is told yet.
    package private(set) var goingOn = CallCount.zero

    package private(set) var qualified = CallCount.zero
    /// Qualified, and no duplicate (records.md §5).
    package private(set) var conversions = CallCount.zero

    /// Parts of a call × ten-thousandths, by the currency's number; no two currencies are ever added.
    private var values: [Int64: Int128] = [:]
    private var rang = CallCount.zero
    /// Parts of a call × milliseconds.
    private var ringing: Int128 = 0
    private var talking: Int128 = 0

    package init() {}

    /// Takes a share of a call; `uniqueCallers` is the caller's to keep.
    mutating func add(_ share: CallCount, of call: CallFigures) {
        calls += share
        if call.firstTime == true { firstTime += share }
        if call.qualified == true { qualified += share }
        if call.isConversion { conversions += share }
        switch call.outcome {
        case .answered:
            answered += share
            talking += Self.milliseconds(call.talkSeconds) * Int128(share.parts)
        case .missed: missed += share
        case .abandoned: abandoned += share
        case .voicemail: voicemail += share
        case .blocked: blocked += share
        case .notRouted: notRouted += share
        case .failed: failed += share
        case .unknown: unknown += share
        case nil: goingOn += share
        }
        if call.ringSeconds > 0 {
            rang += share
            ringing += Self.milliseconds(call.ringSeconds) * Int128(share.parts)
        }
        if call.value != 0 { values[call.currency, default: 0] += Int128(call.value) * Int128(share.parts) }
    }

    /// Adds another row's calls; what `uniqueCallers` is then has to be counted anew.
    mutating func add(_ other: ReportSums) {
        calls += other.calls
        firstTime += other.firstTime
        answered += other.answered
        missed += other.missed
        abandoned += other.abandoned
        voicemail += other.voicemail
        blocked += other.blocked
        notRouted += other.notRouted
        failed += other.failed
        unknown += other.unknown
        goingOn += other.goingOn
        qualified += other.qualified
        conversions += other.conversions
        for (currency, value) in other.values { values[currency, default: 0] += value }
        rang += other.rang
        ringing += other.ringing
        talking += other.talking
    }

    private static func milliseconds(_ seconds: Float) -> Int128 {
        // No call lasts years; what a peer made up must not end the process.
        seconds.isFinite ? Int128((min(seconds, 1e9) * 1000).rounded()) : 0
    }

    // MARK: what is derived

    /// Of the calls that have ended, 0…1; nil where none has.
    package var answerRate: Double? {
        let ended = calls - goingOn
        return ended > .zero ? answered.number / ended.number : nil
    }

    /// Of the calls that rang; nil where none did.
    package var averageRingSeconds: Double? { Self.average(ringing, rang) }

    /// Of the answered calls; nil where there is none.
    package var averageTalkSeconds: Double? { Self.average(talking, answered) }

    private static func average(_ milliseconds: Int128, _ count: CallCount) -> Double? {
        count > .zero ? Double(milliseconds) / Double(count.parts) / 1000 : nil
    }

    /// In units of each currency, in no order.
    package var valueByCurrency: [(currency: Int64, amount: Double)] {
        values.map { ($0.key, Double($0.value) / Double(CallCount.one.parts) / 10_000) }
    }
}
