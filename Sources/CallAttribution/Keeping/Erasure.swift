package import CallModel

/// What stays of the person in a call whose caller was erased: what his other calls and his visits had made of its record, and what tells a repeated event (records.md §7).
package struct Erasure: Hashable, Sendable {
    package var at: Timestamp
    package var firstTime: Bool?
    package var priorCalls: Int?
    /// What the rules had said; nil: the call was not over, and is judged by what is left of it.
    package var judgement: Judgement?
    /// Where the web said that it came from; nil: no visit was known of.
    package var origin: Origin?
    /// Stands for the caller where unique ones are counted: negative, drawn at random for an erasure and the same in all calls that it takes him out of. 0: nobody is counted.
    package var person: Int64 = 0
    /// Qualified, and yet no conversion: an earlier one of the caller was (records.md §5).
    package var isDuplicate = false
    /// Of this call alone, so that equal events of two calls do not look alike.
    package var salt: SecretKey
    /// The events by their identities' hashes: a repeated one changes nothing, though nothing tells any more what it was.
    package var known: [UInt64] = []

    package struct Judgement: Hashable, Sendable {
        package var qualified: Bool?
        package var rule: String?

        package init(qualified: Bool?, rule: String?) {
            self.qualified = qualified
            self.rule = rule
        }
    }

    package struct Origin: Hashable, Sendable {
        package var attribution: AttributionCertainty
        package var source: TrafficSource?
        /// The visits' sources, by which reports count it; nil in what was erased before they were kept.
        package var touches: Touches?
        /// Of an ambiguous call; empty for all others.
        package var candidates: [Candidate] = []

        package init(attribution: AttributionCertainty, source: TrafficSource?) {
            self.attribution = attribution
            self.source = source
        }
    }

    package struct Touches: Hashable, Sendable {
        package var first: TrafficSource
        package var last: TrafficSource

        package init(first: TrafficSource, last: TrafficSource) {
            self.first = first
            self.last = last
        }
    }

    package struct Candidate: Hashable, Sendable {
        package var touches: Touches
        package var confidence: Double

        package init(touches: Touches, confidence: Double) {
            self.touches = touches
            self.confidence = confidence
        }
    }

    package init(at: Timestamp, salt: SecretKey) {
        self.at = at
        self.salt = salt
    }

    /// - Parameters:
    ///   - record: the completed one, before.
    ///   - isConversion: what the caller's other calls make of it.
    ///   - person: see there.
    ///   - salt: random, and of this call alone.
    package init(of record: CallRecord, isConversion: Bool, person: Int64, at moment: Timestamp, salt: SecretKey) {
        self.init(at: moment, salt: salt)
        self.person = person
        isDuplicate = record.qualified == true && !isConversion && !record.isTest && !record.spam
        firstTime = record.firstTime
        priorCalls = record.priorCalls
        if record.outcome != nil { judgement = Judgement(qualified: record.qualified, rule: record.qualifiedRule) }
        guard let web = record.web else { return }
        var origin = Origin(attribution: record.attribution, source: record.source)
        origin.touches = Touches(first: web.firstTouch, last: web.lastTouch)
        origin.candidates = record.candidates.map { candidate in
            Candidate(touches: Touches(first: candidate.trail.firstTouch, last: candidate.trail.lastTouch), confidence: candidate.confidence)
        }
        self.origin = origin
    }
}

extension Erasure {
    /// A new one for `person`; no number's digits are negative.
    package static func randomPerson() -> Int64 { .random(in: .min ... -1) }

    /// Whether the event has come before.
    func knows(_ event: CallEvent) -> Bool { known.contains(identity(of: event)) }

    /// Takes a new event of the erased call; what is kept of it.
    mutating func take(_ event: CallEvent) -> CallEvent {
        known.append(identity(of: event))
        return stripped(event, place: known.count)
    }

    /// What makes the event one that was not told before (records.md §1), as a hash.
    func identity(of event: CallEvent) -> UInt64 {
        var hash = SipHash(salt, .tag)
        if !event.eventID.isEmpty {
            hash.feed("id")
            hash.feed(event.eventID)
        } else if event.sequence != 0 {
            hash.feed("sequence")
            hash.feed(event.kind.rawValue)
            hash.feed(String(event.sequence))
        } else {
            hash.feed("content")
            hash.feed(event.canonicalJSON)
        }
        return hash.finish()
    }

    /// A word in place of one that names the person: the same for the same, and telling nothing.
    func token(for text: String) -> String {
        if text.isEmpty { return "" }
        var hash = SipHash(salt, .tag)
        hash.feed("token")
        hash.feed(text)
        return "erased-" + String(hash.finish(), radix: 16)
    }

    /// The record without the person. What the web and the caller's other calls say comes later (`settle`).
    package func anonymous(_ record: CallRecord) -> CallRecord {
        var record = record
        record.erasedAt = at
        record.recordingURL = nil
        if let origin {
            record.attribution = origin.attribution
            record.source = origin.source
            record.poolNumberWithoutSession = false
            record.web = origin.touches.map { WebTrail($0) }
            record.candidates = origin.candidates.map { WebCandidate(trail: WebTrail($0.touches), confidence: $0.confidence) }
        }
        return record
    }

    /// Fills in what the caller's other calls said when he was erased.
    ///
    /// - Parameter rules: the account's; they judge a call that was not over then.
    package func complete(_ record: inout CallRecord, rules: [QualifyRule]) {
        let word = record.qualified
        record.complete(priorCalls: priorCalls, rules: rules)
        record.firstTime = firstTime
        // A person's word beats what the rules said (records.md §5).
        guard word == nil, let judgement else { return }
        record.qualified = judgement.qualified
        record.qualifiedRule = judgement.rule
    }
}

extension CallRecord {
    /// Leaves of the web's word what tells of no person: where the visits came from.
    package mutating func stripWeb() {
        web = web.map { WebTrail(Erasure.Touches(first: $0.firstTouch, last: $0.lastTouch)) }
        candidates = candidates.map { candidate in
            WebCandidate(
                trail: WebTrail(Erasure.Touches(first: candidate.trail.firstTouch, last: candidate.trail.lastTouch)), confidence: candidate.confidence)
        }
    }
}

extension WebTrail {
    /// What is left of an erased caller's visits: where they came from.
    init(_ touches: Erasure.Touches) {
        self.init(
            visitorID: "", sessionID: "", firstTouch: touches.first, lastTouch: touches.last, landingPage: "", page: "", referrer: "", clicks: [:])
    }
}
