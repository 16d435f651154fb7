internal import CallAttribution
internal import CallModel

/// One query on its way through the late calls and the blocks.
struct Listing {
    let account: Int64
    let tests: [DigestTest]
    let conditions: [RecordCondition]
    let showsHidden: Bool
    /// The digits of the one caller whose calls are wanted: his index has them, up to a row.
    let caller: Int64?
    /// Of `started_at`, whatever the cursor.
    let span: Range<Int64>
    /// Calls from here on have been listed.
    let ceiling: CallCursor
    var runs: [ListingRun] = []
    /// What a call costs that was looked at in vain, in pages.
    private static let pagesOfRow = 15
    /// How many callers' places cost a page.
    private static let numbersOfPage = 12
    /// How many calls of a caller's past cost a page, where all are counted.
    private static let callsOfPage = 8

    init(_ query: CallQuery, account: Int64, below cursor: CallCursor?, _ reader: CallReader) {
        self.account = account
        conditions = query.conditions
        // Few words are equal to one, more are within a range.
        tests = query.conditions.map { DigestTest($0, reader.key, reader.places) }.sorted { $0.cost < $1.cost }
        showsHidden = query.showsHidden
        caller = query.conditions.lazy.compactMap(\.caller).first
        let since = query.since?.milliseconds ?? .min
        span = since..<max(since, query.until?.milliseconds ?? .max)
        let end = CallCursor(startedAt: span.upperBound, row: .min)
        ceiling = cursor.map { min($0, end) } ?? end
    }

    func holds(_ call: StoredCall?) -> Bool {
        guard let call else { return false }
        return conditions.allSatisfy { $0.holds(call.record.value(of: $0.field)) }
    }

    /// - Parameter wholeQuery: also what the cursor has passed.
    func mayHold(_ block: CallBlock, wholeQuery: Bool = false) -> Bool {
        (block.account == nil || block.account == account) && block.span.upperBound >= span.lowerBound
            && block.span.lowerBound < span.upperBound && (wholeQuery || block.span.lowerBound <= ceiling.startedAt)
            && tests.allSatisfy { $0.mayHold(block.zones[$0.column.number]) }
    }

    mutating func read(_ reader: CallReader, limit: Int, effort: Int) throws -> (calls: [StoredCall], next: String?) {
        let all = reader.snapshot.blocks
        // What the caller's index has needs no block.
        let known = caller == nil ? Int64.min : reader.snapshot.callersWatermark
        // The newest last; by place, since there are thousands.
        var blocks: [(end: Int64, place: Int)] = []
        for place in all.indices where (showsHidden || !all[place].isHidden) && all[place].rows.upperBound > known && mayHold(all[place]) {
            blocks.append((all[place].span.upperBound, place))
        }
        blocks.sort { $0 < $1 }
        runs = [late(reader, below: ceiling, atMost: limit + 1)]
        if caller != nil {
            runs.append(try callersCalls(reader, below: ceiling, atMost: limit + 1))
        }
        var found: [(call: StoredCall, place: CallCursor)] = []
        func pages() -> Int { reader.blocks.pages + reader.numbersAsked / Self.numbersOfPage }
        let pagesBefore = pages()
        var vain = 0
        /// Callers whose past was counted for this page.
        var counted: Set<String> = []
        while found.count <= limit {
            let best = runs.indices.filter { runs[$0].newest != nil }.max { a, b in (runs[a].newest ?? .first) < (runs[b].newest ?? .first) }
            if let block = blocks.last, best.flatMap({ runs[$0].newest }).map({ $0.startedAt <= block.end }) ?? true {
                // All that began later has been looked at; where that is nothing, going on is the only way.
                let end = CallCursor(startedAt: block.end, row: .max)
                if pages() - pagesBefore + vain > effort, end < ceiling { return (found.map(\.call), end.text) }
                blocks.removeLast()
                if let run = try run(reader, all[block.place], atMost: limit + 1, below: ceiling) { runs.append(run) }
                continue
            }
            guard let best, let candidate = runs[best].candidates.popLast() else { break }
            let call = try reader.stored(candidate.place.row, prior: candidate.prior)
            if let call, holds(call), showsHidden || !call.record.isHidden {
                found.append((call, candidate.place))
            } else {
                vain += Self.pagesOfRow
                if candidate.prior == CallDigest.mostPrior, let call, let caller = call.record.callerNumber, counted.insert(caller).inserted {
                    vain += (call.record.priorCalls ?? 0) / Self.callsOfPage
                }
                if vain > effort { return (found.map(\.call), candidate.place.text) }
            }
            if runs[best].candidates.isEmpty, runs[best].isCut { try refill(best, reader, below: candidate.place, atMost: limit + 1) }
        }
        return (found.prefix(limit).map(\.call), found.count > limit ? found[limit - 1].place.text : nil)
    }
}

extension RecordCondition {
    /// The digits of the caller that it requires.
    fileprivate var caller: Int64? {
        guard field == .callerNumber, case .text(let number) = test else { return nil }
        return PhoneNumber(e164: number).map { Int64($0.digits) }
    }
}

extension CallRecord {
    fileprivate var isHidden: Bool { spam || isTest }
}

extension DigestTest {
    fileprivate var cost: Int {
        switch form {
        case .never: 0
        case .equal: 1
        case .caller: 3
        case .open: 4
        default: 2
        }
    }
}
