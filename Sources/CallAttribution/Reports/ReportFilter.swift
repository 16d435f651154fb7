package import CallModel

/// Which calls a report counts: all conditions hold, as they do for the call log (records.md §6), of what the record shows whatever the model.
package struct ReportFilter {
    private var conditions: [Condition]

    private struct Condition {
        let condition: RecordCondition
        let subject: Subject
        /// Whether it holds, by the number of the name.
        var known: [Int64: Bool] = [:]
    }

    private enum Subject {
        case name((CallFigures) -> Int64, (any ReportNames, Int64) -> String?)
        case value((CallFigures) -> RecordValue)
    }

    /// - Throws: for a field that reports know nothing of.
    package init(_ conditions: [RecordCondition]) throws(ReportError) {
        self.conditions = []
        for condition in conditions {
            guard let subject = Self.subject(condition.field) else {
                throw ReportError("a report cannot be of calls by their \(condition.field.rawValue); use \(Self.fields.map(\.rawValue).joined(separator: ", "))")
            }
            self.conditions.append(Condition(condition: condition, subject: subject))
        }
    }

    package static let fields = RecordField.allCases.filter { subject($0) != nil }

    package var isEmpty: Bool { conditions.isEmpty }

    package mutating func admits(_ call: CallFigures, names: () -> any ReportNames) -> Bool {
        for place in conditions.indices {
            switch conditions[place].subject {
            case .value(let value):
                guard conditions[place].condition.holds(value(call)) else { return false }
            case .name(let numberOf, let text):
                let number = numberOf(call)
                let holds: Bool
                if let known = conditions[place].known[number] {
                    holds = known
                } else {
                    holds = conditions[place].condition.holds(text(names(), number).map(RecordValue.text) ?? .none)
                    conditions[place].known[number] = holds
                }
                guard holds else { return false }
            }
        }
        return true
    }

    private static func subject(_ field: RecordField) -> Subject? {
        switch field {
        case .source: .name(\.source) { $0.source($1)?.source }
        case .medium: .name(\.source) { $0.source($1)?.medium }
        case .campaign: .name(\.source) { $0.source($1)?.campaign }
        case .keyword: .name(\.source) { $0.source($1)?.keyword }
        case .content: .name(\.source) { $0.source($1)?.content }
        case .trackingNumber: .name(\.trackingNumber) { $0.text($1) }
        case .destinationID: .name(\.destination) { $0.text($1) }
        case .pool: .name(\.pool) { $0.text($1) }
        case .landingPage: .name(\.landingPage) { $0.text($1) }
        case .currency: .name(\.currency) { $0.text($1) }
        case .outcome: .value { call in call.outcome.map { RecordValue.text($0.rawValue) } ?? .none }
        case .attribution: .value { .text($0.attribution.rawValue) }
        // Not known before the end.
        case .answered: .value { call in call.outcome.map { RecordValue.flag($0 == .answered) } ?? .none }
        case .qualified: .value { $0.qualified.map(RecordValue.flag) ?? .none }
        case .firstTime: .value { $0.firstTime.map(RecordValue.flag) ?? .none }
        case .talkSeconds: .value { call in call.outcome == nil ? .none : .number(Double(call.talkSeconds)) }
        case .ringSeconds: .value { .number(Double($0.ringSeconds)) }
        case .value: .value { call in call.value == 0 && call.currency == 0 ? .none : .number(Double(call.value) / 10_000) }
        default: nil
        }
    }
}
