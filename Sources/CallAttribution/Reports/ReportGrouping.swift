/// What a report has rows for (records.md §6).
package enum ReportGrouping: Hashable, Sendable {
    case dimension(ReportDimension)
    case series(ReportStep)

    package init?(_ word: String) {
        if let dimension = ReportDimension(rawValue: word) {
            self = .dimension(dimension)
        } else if let step = ReportStep(rawValue: word) {
            self = .series(step)
        } else {
            return nil
        }
    }

    package var word: String {
        switch self {
        case .dimension(let dimension): dimension.rawValue
        case .series(let step): step.rawValue
        }
    }

    package static let words = ReportDimension.allCases.map(\.rawValue) + ReportStep.allCases.map(\.rawValue)
}

package enum ReportDimension: String, Hashable, Sendable, CaseIterable {
    case source, medium, campaign, keyword
    case landingPage = "landing_page"
    case trackingNumber = "tracking_number"
    case destination, pool, outcome, attribution
    case hourOfDay = "hour_of_day"
    case weekday

    /// Every one of them has a row, in this order; nil: those that occur, the most calls first.
    package var fixedRows: Int? {
        switch self {
        case .hourOfDay: 24
        case .weekday: 7
        default: nil
        }
    }
}

/// The length of one bucket of a time series.
package enum ReportStep: String, Hashable, Sendable, CaseIterable {
    case hour, day, week, month
}

/// Which of a visitor's touches a call counts for (records.md §6, "Models"). Whatever it is, the total is the number of calls.
package enum AttributionModel: String, Hashable, Sendable, CaseIterable {
    /// What the record shows as its source.
    case recorded
    case firstTouch = "first_touch"
    case lastTouch = "last_touch"
    /// Half each to the first and the last touch; an ambiguous call is shared by confidence first.
    case split
}

/// Why a report cannot be made: what was asked for makes no sense.
package struct ReportError: Error, Hashable, Sendable, CustomStringConvertible {
    package var message: String

    package init(_ message: String) { self.message = message }

    package var description: String { message }
}
