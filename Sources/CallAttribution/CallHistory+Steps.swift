package import CallModel

/// One question that was asked of routing, with the answer that counts (records.md §2).
///
/// A class, so that a pass over the history copies few of the many texts in it.
final class Step {
    let exchange: Exchange
    /// When the front asked.
    let at: Timestamp
    /// Whether it is the question that began the call.
    let isFirst: Bool
    /// Nil where routing failed, or only said that the call was over already.
    let decision: Decision?

    init(_ exchange: Exchange) {
        at = exchange.askedAt
        isFirst = if case .route = exchange.question { true } else { false }
        decision = if let made = exchange.followed { Decision(made, at: at) } else { nil }
        self.exchange = exchange
    }

    var inbound: InboundCall? {
        if case .route(let call) = exchange.question { call } else { nil }
    }

    var progress: CallProgress? {
        if case .proceed(let progress) = exchange.question { progress } else { nil }
    }
}

/// A decision that the call followed.
final class Decision {
    let made: RouteDecision
    /// When the front asked for it.
    let at: Timestamp
    /// Those that it dials.
    let targets: [Dial.Target]

    init(_ made: RouteDecision, at: Timestamp) {
        targets = if case .connect(let dial) = made.action { dial.targets } else { [] }
        self.at = at
        self.made = made
    }
}

extension CallHistory {
    /// The steps of the call in the order they were taken: each continuation after the decision that handed it out.
    var steps: [Step] {
        if exchanges.count == 1 { return [Step(exchanges[0])] }
        var rest: [Step] = []
        for exchange in exchanges {
            if let place = rest.firstIndex(where: { $0.exchange.question.isSameStep(as: exchange.question) }) {
                if exchange.outranks(rest[place].exchange) { rest[place] = Step(exchange) }
            } else {
                rest.append(Step(exchange))
            }
        }
        rest.sort { a, b in
            if a.isFirst != b.isFirst { return a.isFirst }
            if a.at != b.at { return a.at < b.at }
            if a.exchange.endedAt != b.exchange.endedAt { return a.exchange.endedAt < b.exchange.endedAt }
            return a.exchange.exchangeID < b.exchange.exchangeID
        }
        var ordered: [Step] = []
        ordered.reserveCapacity(rest.count)
        while !rest.isEmpty {
            var place = 0
            // Steps may share a millisecond: then only the continuation tells which came first.
            if let handedOut = ordered.last?.exchange.decision?.continuation, !handedOut.isEmpty,
                let next = rest.firstIndex(where: { $0.progress?.continuation == handedOut })
            {
                place = next
            }
            ordered.append(rest.remove(at: place))
        }
        return ordered
    }

    /// The place of the exchange that answers the first question; nil where none asked it.
    var firstPlace: Int? {
        var winner: Int?
        for place in exchanges.indices {
            guard case .route = exchanges[place].question else { continue }
            if let current = winner, !exchanges[place].outranks(exchanges[current]) { continue }
            winner = place
        }
        return winner
    }
}

extension [Step] {
    /// The number of a destination that a decision, or its plan, names.
    func number(of destinationID: String) -> String? {
        firstTarget { $0.destinationID == destinationID }?.number
    }

    /// The destination that a decision, or its plan, dials at `number`.
    func destination(at number: String) -> String? {
        firstTarget { $0.number == number }?.destinationID
    }

    private func firstTarget(_ holds: (Dial.Target) -> Bool) -> Dial.Target? {
        for step in self {
            guard let decision = step.decision else { continue }
            if let target = decision.targets.first(where: holds) { return target }
            for dial in decision.made.plan {
                if let target = dial.targets.first(where: holds) { return target }
            }
        }
        return nil
    }
}

extension Exchange.Question {
    fileprivate func isSameStep(as other: Exchange.Question) -> Bool {
        switch (self, other) {
        case (.route, .route): true
        case (.proceed(let a), .proceed(let b)): a.continuation == b.continuation
        default: false
        }
    }
}

extension Exchange {
    /// When the front asked, by its own clock where it said so.
    package var askedAt: Timestamp {
        switch question {
        case .route(let call): call.at ?? receivedAt
        case .proceed(let progress): progress.at ?? receivedAt
        }
    }

    /// The decision the call followed.
    fileprivate var followed: RouteDecision? {
        guard status == 0, let decision else { return nil }
        if case .reject("call_over", _) = decision.action { return nil }
        return decision
    }

    /// Status 0 beats the others, then the earliest end (records.md §2); the id decides what is left.
    fileprivate func outranks(_ other: Exchange) -> Bool {
        if (status == 0) != (other.status == 0) { return status == 0 }
        if endedAt != other.endedAt { return endedAt < other.endedAt }
        return exchangeID < other.exchangeID
    }
}
