package import CallModel

/// What the rules make of a call (records.md §5).
package enum Qualification: Hashable, Sendable {
    /// There are no rules.
    case unjudged
    case no
    /// By the first rule that holds; nil: a person said so.
    case yes(rule: String?)
    /// The call's own inputs leave it open: `first_time` or `prior_calls` decides.
    case open

    /// - Parameters:
    ///   - record: as its inputs alone make it; what it says of `qualified` is a person's word, which beats a rule.
    ///   - knowsCaller: whether its `first_time` and `prior_calls` are filled in.
    package init(_ record: CallRecord, rules: [QualifyRule], knowsCaller: Bool) {
        if let word = record.qualified {
            self = word ? .yes(rule: nil) : .no
            return
        }
        if rules.isEmpty {
            self = .unjudged
            return
        }
        // A withheld caller has no past that could still be told.
        let knowsCaller = knowsCaller || record.callerNumber == nil
        for rule in rules {
            switch rule.holds(record, knowsCaller) {
            case true?:
                self = .yes(rule: rule.name)
                return
            case false?: continue
            case nil:
                self = .open
                return
            }
        }
        self = .no
    }
}

extension CallRecord {
    /// Fills in what the caller's other calls say, and what the rules make of the whole.
    ///
    /// - Parameter priorCalls: how many calls are earlier; nil for a withheld caller and for a number that is nobody's.
    package mutating func complete(priorCalls: Int?, rules: [QualifyRule]) {
        self.priorCalls = priorCalls
        firstTime = priorCalls.map { $0 == 0 }
        switch Qualification(self, rules: rules, knowsCaller: true) {
        case .unjudged, .open: qualified = nil
        case .no: qualified = false
        case .yes(let rule):
            qualified = true
            qualifiedRule = rule
        }
    }
}

extension QualifyRule {
    /// Nil: open until the caller's past is known.
    fileprivate func holds(_ record: CallRecord, _ knowsCaller: Bool) -> Bool? {
        var isOpen = false
        for condition in conditions {
            guard let holds = condition.holds(record, knowsCaller) else {
                isOpen = true
                continue
            }
            if holds == isEnoughIfOne { return holds }
        }
        return isOpen ? nil : !isEnoughIfOne
    }
}

extension QualifyRule.Condition {
    fileprivate func holds(_ record: CallRecord, _ knowsCaller: Bool) -> Bool? {
        if field.isOfCaller, !knowsCaller { return nil }
        return switch test {
        case .number(let comparison, let bound): record.number(field).map { comparison.holds($0, bound) } ?? false
        case .truth(let value): record.truth(field) == value
        case .text(let text): record.text(field) == text
        }
    }
}

extension CallRecord {
    fileprivate func number(_ field: QualifyRule.Field) -> Double? {
        switch field {
        case .durationSeconds: durationSeconds
        case .ringSeconds: ringSeconds
        case .talkSeconds: talkSeconds
        case .voicemailSeconds: voicemailSeconds
        case .priorCalls: priorCalls.map(Double.init)
        case .value: value.flatMap(Double.init)
        default: nil
        }
    }

    fileprivate func truth(_ field: QualifyRule.Field) -> Bool? {
        switch field {
        case .firstTime: firstTime
        // Not said before the end.
        case .answered: outcome == nil ? nil : answered
        case .spam: spam
        default: nil
        }
    }

    fileprivate func text(_ field: QualifyRule.Field) -> String? {
        switch field {
        case .outcome: outcome?.rawValue
        case .endReason: endReason
        case .endedBy: endedBy
        case .routingType: routingType
        case .trackingNumber: trackingNumber
        case .trackingName: trackingName
        case .destinationID: destinationID
        case .callerNumber: callerNumber
        case .flow: flow
        case .digits: digits
        case .attribution: attribution.rawValue
        case .source: source?.source
        case .medium: source?.medium
        case .campaign: source?.campaign
        case .keyword: source?.keyword
        case .content: source?.content
        default: nil
        }
    }
}
