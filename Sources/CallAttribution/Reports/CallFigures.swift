package import CallModel

/// What reports count of one call (records.md §6): fixed size and cheap to read, so that a month of calls is summed while somebody waits.
///
/// Names and sources are numbers that `ReportNames` resolves; 0 stands for none.
package struct CallFigures: Hashable, Sendable {
    package var startedAt: Timestamp
    /// The digits of the caller's number; 0: withheld. Negative: an erased one, of whom this tells nothing but that he is the same (records.md §7).
    package var caller: Int64 = 0

    package var trackingNumber: Int64 = 0
    /// Nil's number 0 unless it answered.
    package var destination: Int64 = 0
    package var pool: Int64 = 0
    package var landingPage: Int64 = 0

    /// A whole `TrafficSource` each: what the record shows, and the visitor's first and last touch, which are the shown one where there is no visitor.
    package var source: Int64 = 0
    package var firstTouch: Int64 = 0
    package var lastTouch: Int64 = 0
    /// Of an ambiguous call; their confidences add up to 1. Empty for all others.
    package var candidates: [Candidate] = []

    /// Nil while the call goes on.
    package var outcome: CallOutcome?
    package var attribution = AttributionCertainty.none
    /// Nil: withheld, or the number is nobody's.
    package var firstTime: Bool?
    package var qualified: Bool?
    /// Counts as a conversion: qualified, and no duplicate of an earlier one (records.md §5).
    package var isConversion = false

    /// In ten-thousandths of `currency`; 0 where none is told.
    package var value: Int64 = 0
    package var currency: Int64 = 0
    package var ringSeconds: Float = 0
    /// 0 unless it was answered.
    package var talkSeconds: Float = 0

    package struct Candidate: Hashable, Sendable {
        package var firstTouch: Int64
        package var lastTouch: Int64
        package var confidence: Double

        package init(firstTouch: Int64, lastTouch: Int64, confidence: Double) {
            self.firstTouch = firstTouch
            self.lastTouch = lastTouch
            self.confidence = confidence
        }
    }

    package init(startedAt: Timestamp) { self.startedAt = startedAt }
}

/// What the numbers in figures stand for.
package protocol ReportNames {
    /// Nil for 0.
    func text(_ number: Int64) -> String?
    /// Nil for 0.
    func source(_ number: Int64) -> TrafficSource?
}

extension CallFigures {
    /// - Parameters:
    ///   - record: the whole one, completed.
    ///   - person: the person of the call's erasure; 0 where it has none.
    package init(_ record: CallRecord, erased person: Int64, _ names: inout InternedNames) {
        self.init(startedAt: record.startedAt)
        caller = record.callerNumber.flatMap { PhoneNumber(e164: $0) }.map { Int64($0.digits) } ?? person
        trackingNumber = names.number(record.trackingNumber)
        destination = names.number(record.destinationID)
        pool = names.number(record.pool)
        landingPage = names.number(record.web?.landingPage.nonEmpty)
        source = names.number(record.source)
        firstTouch = record.web == nil ? source : names.number(record.web?.firstTouch)
        lastTouch = record.web == nil ? source : names.number(record.web?.lastTouch)
        candidates = record.candidates.map {
            Candidate(firstTouch: names.number($0.trail.firstTouch), lastTouch: names.number($0.trail.lastTouch), confidence: $0.confidence)
        }
        outcome = record.outcome
        attribution = record.attribution
        firstTime = record.firstTime
        qualified = record.qualified
        isConversion = record.qualified == true
        value = Self.value(of: record)
        currency = names.number(record.currency)
        ringSeconds = Float(record.ringSeconds)
        talkSeconds = Float(record.talkSeconds ?? 0)
    }
}

extension CallFigures {
    /// In ten-thousandths; 0 where none is told.
    package static func value(of record: CallRecord) -> Int64 { record.value.flatMap(Double.init).map { Int64(($0 * 10_000).rounded().clamped) } ?? 0 }
}

extension Double {
    /// Within what an `Int64` holds; no number counts as none.
    fileprivate var clamped: Double { isNaN ? 0 : max(-9e18, min(9e18, self)) }
}

/// Numbers for names, given as they come.
package struct InternedNames: ReportNames, Sendable {
    private var texts: [String] = []
    private var sources: [TrafficSource] = []
    private var numbersOfTexts: [String: Int64] = [:]
    private var numbersOfSources: [TrafficSource: Int64] = [:]

    package init() {}

    package func text(_ number: Int64) -> String? { number == 0 ? nil : texts[Int(number) - 1] }

    package func source(_ number: Int64) -> TrafficSource? { number == 0 ? nil : sources[Int(number) - 1] }

    package mutating func number(_ text: String?) -> Int64 {
        guard let text else { return 0 }
        if let known = numbersOfTexts[text] { return known }
        texts.append(text)
        numbersOfTexts[text] = Int64(texts.count)
        return Int64(texts.count)
    }

    package mutating func number(_ source: TrafficSource?) -> Int64 {
        guard let source else { return 0 }
        if let known = numbersOfSources[source] { return known }
        sources.append(source)
        numbersOfSources[source] = Int64(sources.count)
        return Int64(sources.count)
    }
}
