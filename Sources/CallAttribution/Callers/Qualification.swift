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
    package init(_ record: borrowing CallRecord, rules: [QualifyRule], knowsCaller: Bool) {
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
        // One condition decides the rule: under `any` one that holds, under `all` one that does not.
        let deciding = combination == .any
        var isOpen = false
        for condition in conditions {
            if condition.field.isOfCaller, !knowsCaller {
                isOpen = true
            } else if condition.holds(record.value(of: condition.field)) == deciding {
                return deciding
            }
        }
        return isOpen ? nil : !deciding
    }
}

extension RecordField {
    /// Whether the caller's other calls say it, and not the call's own inputs.
    fileprivate var isOfCaller: Bool { self == .firstTime || self == .priorCalls }
}
