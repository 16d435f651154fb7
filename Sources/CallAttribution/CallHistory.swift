package import CallModel

/// All that was told of one call: the routing exchanges and the events, each once (records.md §1, §2).
///
/// The record is a function of this set, whatever order, number or repetition its members came in; `cameOutOfOrder` alone remembers arrival.
package struct CallHistory: Sendable {
    package let callID: String
    /// In order of arrival.
    package internal(set) var exchanges: [Exchange] = []
    /// In order of arrival.
    package internal(set) var events: [CallEvent] = []
    /// What persons said of the call (records.md §5), in order of arrival.
    package internal(set) var words: [SaidWord] = []
    package private(set) var cameOutOfOrder = false
    /// What stays of the caller; nil as long as nobody erased him (records.md §7).
    package internal(set) var erasure: Erasure?
    /// The kinds among the events, a bit each: what is not there need not be looked for.
    private var kinds: UInt16 = 0

    package init(callID: String) {
        self.callID = callID
    }

    /// A history as it was kept: no input is looked at again.
    package init(
        callID: String, exchanges: [Exchange], events: [CallEvent], words: [SaidWord] = [], cameOutOfOrder: Bool, erasure: Erasure? = nil
    ) {
        self.callID = callID
        self.exchanges = exchanges
        self.events = events
        self.words = words
        self.cameOutOfOrder = cameOutOfOrder
        self.erasure = erasure
        for event in events { kinds |= event.kind.bit }
    }

    func has(_ kind: CallEvent.Kind) -> Bool { kinds & kind.bit != 0 }

    func has(anyOf some: [CallEvent.Kind]) -> Bool { kinds != 0 && some.contains(where: has) }

    /// How many inputs there are.
    package var count: Int { exchanges.count + events.count + words.count }

    /// False when it was known already, by its exchange id: a repeated one changes nothing.
    package mutating func add(_ exchange: Exchange) -> Bool {
        var exchange = exchange
        guard admit(&exchange) else { return false }
        keep(exchange)
        return true
    }

    /// False when it was known already, by its identity (records.md §1): a repeated one changes nothing.
    package mutating func add(_ event: CallEvent) -> Bool {
        var event = event
        guard admit(&event) else { return false }
        keep(event)
        return true
    }

    /// False when it was known already, by its id: a repeated one changes nothing.
    package mutating func add(_ word: SaidWord) -> Bool {
        var word = word
        guard admit(&word) else { return false }
        keep(word)
        return true
    }
}

// In two steps, for one who writes down what is kept before it goes into the history: it is copied nowhere on the way.
extension CallHistory {
    /// Makes of an exchange what is to be kept of it; false when it is known already. The next is to `keep` it.
    package func admit(_ exchange: inout Exchange) -> Bool {
        for place in exchanges.indices where exchanges[place].exchangeID == exchange.exchangeID { return false }
        if !exchange.isBounded { exchange = exchange.bounded }
        if let erasure { exchange = erasure.stripped(exchange) }
        return true
    }

    /// The same of an event.
    package mutating func admit(_ event: inout CallEvent) -> Bool {
        event.at = event.at.bounded
        if erasure?.knows(event) == true { return false }
        var isOutOfOrder = false
        for place in events.indices {
            // Of an erased call the erasure alone remembers what an event was.
            if erasure == nil, events[place].isSame(as: event) { return false }
            if let stage = event.kind.stage, let other = events[place].kind.stage, stage < other, event.at < events[place].at { isOutOfOrder = true }
        }
        if isOutOfOrder { cameOutOfOrder = true }
        kinds |= event.kind.bit
        if let kept = erasure?.take(event) { event = kept }
        return true
    }

    /// The same of a word.
    package func admit(_ word: inout SaidWord) -> Bool {
        if words.contains(where: { $0.id == word.id }) { return false }
        word.at = word.at.bounded
        if erasure != nil { word.word.note = word.word.note.map { _ in "" } }
        return true
    }

    package mutating func keep(_ exchange: consuming Exchange) { exchanges.append(exchange) }
    package mutating func keep(_ event: consuming CallEvent) { events.append(event) }
    package mutating func keep(_ word: consuming SaidWord) { words.append(word) }
}

extension CallHistory {
    /// The number dialled as the decision names it, with account and directory version; nil where no decision was made.
    package var decided: (account: String, version: UInt64, number: String)? {
        if exchanges.isEmpty { return nil }
        if exchanges.count == 1 {
            guard exchanges[0].status == 0, let decision = exchanges[0].decision, !decision.account.isEmpty else { return nil }
            return (decision.account, decision.directoryVersion, decision.trackingNumber)
        }
        for step in steps {
            if let decision = step.decision?.made, !decision.account.isEmpty {
                return (decision.account, decision.directoryVersion, decision.trackingNumber)
            }
        }
        return nil
    }

    /// The number dialled in the words of the exchange, else of an `arrived`; nil until one of them is known.
    package var dialled: String? {
        if let place = firstPlace, case .route(let call) = exchanges[place].question, !call.to.isEmpty { return call.to }
        return latestPlace(.arrived) { !$0.to.isEmpty }.map { events[$0].to }
    }

    /// Destinations that reports name, by id or by number, and no decision does: whose other name only the directory knows.
    package var undecidedDestinations: [String] {
        // Most calls name none but their decision's.
        guard isNamingDestinations else { return [] }
        let steps = steps
        var ids: [String] = []
        func note(_ id: String) {
            if !id.isEmpty, !ids.contains(id), steps.number(of: id) == nil { ids.append(id) }
        }
        func note(_ id: String, _ number: String) {
            note(id)
            if id.isEmpty, !number.isEmpty, !ids.contains(number), steps.destination(at: number) == nil { ids.append(number) }
        }
        for event in events {
            note(event.destinationID, event.destinationNumber)
            if let attempt = event.attempt { note(attempt.destinationID, event.destinationID.isEmpty ? attempt.number : "") }
        }
        for case .proceed(let progress) in exchanges.lazy.map(\.question) {
            for attempt in progress.attempts { note(attempt.destinationID, attempt.number) }
        }
        return ids.sorted()
    }

    private var isNamingDestinations: Bool {
        if events.contains(where: { !$0.destinationID.isEmpty || !$0.destinationNumber.isEmpty || $0.attempt != nil }) { return true }
        return exchanges.contains { if case .proceed = $0.question { true } else { false } }
    }

    /// Whether routing knew no such number and no account: such a call belongs in the unmatched log (directory.md §1.1).
    package var isUnknownNumber: Bool {
        guard let place = firstPlace, exchanges[place].status == 0 else { return false }
        return if case .reject("unknown_number", _) = exchanges[place].decision?.action { true } else { false }
    }
}

extension CallHistory {
    /// Whether the call is one of the unmatched log (directory.md §1.1): the number dialled is known, and no account has it.
    ///
    /// - Parameter facts: those of the number dialled.
    package func isToNobody(_ facts: CallFacts?) -> Bool { isUnknownNumber || facts == nil && decided == nil && dialled != nil }
}

extension CallEvent {
    /// Whether the two are one event told twice (records.md §1).
    package func isSame(as other: CallEvent) -> Bool {
        if !eventID.isEmpty || !other.eventID.isEmpty { return eventID == other.eventID }
        if sequence != 0 || other.sequence != 0 { return kind == other.kind && sequence == other.sequence }
        return self == other
    }
}

extension CallEvent.Kind {
    fileprivate var bit: UInt16 {
        switch self {
        case .arrived: 1
        case .attempt: 1 << 1
        case .answered: 1 << 2
        case .digits: 1 << 3
        case .voicemail: 1 << 4
        case .ended: 1 << 5
        case .recording: 1 << 6
        case .tagged: 1 << 7
        case .note: 1 << 8
        case .value: 1 << 9
        case .spam: 1 << 10
        }
    }

    /// arrived < attempt < answered < ended (records.md §2); nil for what may come at any time.
    fileprivate var stage: Int? {
        switch self {
        case .arrived: 0
        case .attempt: 1
        case .answered: 2
        case .ended: 3
        case .digits, .voicemail, .recording, .tagged, .note, .value, .spam: nil
        }
    }
}

extension Exchange {
    fileprivate var isBounded: Bool {
        Timestamp.writable.contains(receivedAt) && Timestamp.writable.contains(endedAt) && Timestamp.writable.contains(askedAt)
    }

    fileprivate var bounded: Exchange {
        var exchange = self
        exchange.receivedAt = receivedAt.bounded
        exchange.endedAt = endedAt.bounded
        switch question {
        case .route(var call):
            guard let at = call.at, !Timestamp.writable.contains(at) else { return exchange }
            call.at = at.bounded
            exchange.question = .route(call)
        case .proceed(var progress):
            guard let at = progress.at, !Timestamp.writable.contains(at) else { return exchange }
            progress.at = at.bounded
            exchange.question = .proceed(progress)
        }
        return exchange
    }
}
