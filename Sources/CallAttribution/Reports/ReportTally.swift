package import CallModel

/// Sums a period's calls into rows. Each call is added once, in any order; what comes out does not depend on it.
package struct ReportTally {
    private let grouping: ReportGrouping
    private let model: AttributionModel
    private let zone: ZoneRules
    private let buckets: TimeBuckets?

    package private(set) var total = ReportSums()
    package private(set) var rows: [ReportSums] = []
    /// What the rows are of, in a dimension that has no fixed rows; nil for no value.
    private(set) var values: [String?] = []
    private var placesOfValues: [String?: Int] = [:]
    /// By the number that figures have for a name, or by the code of a choice.
    private var placesOfNumbers: [Int64: Int] = [:]
    private var lastNumber: (number: Int64, place: Int)?
    private var lastBucket = 0
    private(set) var callers = CallerShares()

    /// - Parameter buckets: of a time series; calls outside of them count in the total alone.
    package init(_ grouping: ReportGrouping, model: AttributionModel, zone: ZoneRules, buckets: TimeBuckets?) {
        self.grouping = grouping
        self.model = model
        self.zone = zone
        self.buckets = buckets
        let fixed: Int? =
            switch grouping {
            case .dimension(let dimension): dimension.fixedRows
            case .series: buckets?.count ?? 0
            }
        if let fixed { rows = Array(repeating: ReportSums(), count: fixed) }
    }

    /// - Parameter names: what the numbers in figures stand for; asked once for each.
    package mutating func add(_ call: CallFigures, names: () -> any ReportNames) {
        total.add(.one, of: call)
        var caller: Int64?
        if call.caller != 0 {
            caller = callers.place(of: call.caller)
            total.uniqueCallers = CallCount(callers.count)
        }
        guard case .dimension(let dimension) = grouping else {
            guard let place = buckets?.place(of: call.startedAt, near: lastBucket) else { return }
            lastBucket = place
            return add(.one, of: call, caller, to: place)
        }
        switch dimension {
        case .hourOfDay: add(.one, of: call, caller, to: zone.localTime(at: call.startedAt).secondOfDay / 3600)
        case .weekday: add(.one, of: call, caller, to: zone.localTime(at: call.startedAt).weekday.rawValue)
        case .source, .medium, .campaign, .keyword: addTouches(of: call, caller, dimension, names)
        case .landingPage: add(.one, of: call, caller, to: place(of: call.landingPage) { names().text($0) })
        case .trackingNumber: add(.one, of: call, caller, to: place(of: call.trackingNumber) { names().text($0) })
        case .destination: add(.one, of: call, caller, to: place(of: call.destination) { names().text($0) })
        case .pool: add(.one, of: call, caller, to: place(of: call.pool) { names().text($0) })
        case .outcome:
            let outcome = call.outcome
            add(.one, of: call, caller, to: place(of: Int64(outcome?.place ?? -1)) { _ in outcome?.rawValue ?? "going_on" })
        case .attribution:
            let attribution = call.attribution
            add(.one, of: call, caller, to: place(of: Int64(attribution.place)) { _ in attribution.rawValue })
        }
    }

    private mutating func addTouches(of call: CallFigures, _ caller: Int64?, _ dimension: ReportDimension, _ names: () -> any ReportNames) {
        func row(_ source: Int64, in tally: inout ReportTally) -> Int { tally.place(of: source) { names().source($0)?.value(of: dimension) } }
        switch model {
        case .recorded: add(.one, of: call, caller, to: row(call.source, in: &self))
        case .firstTouch: add(.one, of: call, caller, to: row(call.firstTouch, in: &self))
        case .lastTouch: add(.one, of: call, caller, to: row(call.lastTouch, in: &self))
        case .split:
            if call.candidates.isEmpty, call.firstTouch == call.lastTouch { return add(.one, of: call, caller, to: row(call.firstTouch, in: &self)) }
            let touches = call.candidates.isEmpty ? [(call.firstTouch, call.lastTouch)] : call.candidates.map { ($0.firstTouch, $0.lastTouch) }
            // What one row gets of a call is one share, so that its caller counts by all of it.
            var shares: [(row: Int, share: CallCount)] = []
            func give(_ share: CallCount, to row: Int) {
                if let place = shares.firstIndex(where: { $0.row == row }) { shares[place].share += share } else { shares.append((row, share)) }
            }
            for ((first, last), share) in zip(touches, CallCount.shares(of: call.candidates.isEmpty ? [1] : call.candidates.map(\.confidence))) {
                let (half, otherHalf) = share.halves
                give(half, to: row(first, in: &self))
                give(otherHalf, to: row(last, in: &self))
            }
            for (row, share) in shares where share > .zero { add(share, of: call, caller, to: row) }
        }
    }

    private mutating func add(_ share: CallCount, of call: CallFigures, _ caller: Int64?, to row: Int) {
        rows[row].add(share, of: call)
        if let caller { rows[row].uniqueCallers += callers.add(caller, row: row, share: share) }
    }

    private mutating func place(of number: Int64, _ name: (Int64) -> String?) -> Int {
        if let lastNumber, lastNumber.number == number { return lastNumber.place }
        let place: Int
        if let known = placesOfNumbers[number] {
            place = known
        } else {
            let value = name(number)
            if let known = placesOfValues[value] {
                place = known
            } else {
                place = rows.count
                rows.append(ReportSums())
                values.append(value)
                placesOfValues[value] = place
            }
            placesOfNumbers[number] = place
        }
        lastNumber = (number, place)
        return place
    }

    /// The row of a value; nil where no call has it.
    func row(of value: String?) -> Int? { placesOfValues[value] }
}

extension TrafficSource {
    func value(of dimension: ReportDimension) -> String? {
        switch dimension {
        case .source: source
        case .medium: medium
        case .campaign: campaign
        case .keyword: keyword
        default: nil
        }
    }
}

extension CallOutcome {
    /// Which of all it is.
    fileprivate var place: Int {
        switch self {
        case .answered: 0
        case .voicemail: 1
        case .abandoned: 2
        case .missed: 3
        case .blocked: 4
        case .notRouted: 5
        case .failed: 6
        case .unknown: 7
        }
    }
}

extension AttributionCertainty {
    /// Which of all it is.
    fileprivate var place: Int {
        switch self {
        case .certain: 0
        case .inherited: 1
        case .late: 2
        case .ambiguous: 3
        case .none: 4
        }
    }
}
