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
    private static let numbersOfPage = 6

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
        // The newest last.
        var blocks = reader.snapshot.blocks.filter { (showsHidden || !$0.isHidden) && mayHold($0) }.sorted { $0.span.upperBound < $1.span.upperBound }
        runs = [late(reader, below: ceiling, atMost: limit + 1)]
        if caller != nil {
            let watermark = reader.snapshot.callersWatermark
            blocks.removeAll { $0.rows.upperBound <= watermark }
            runs.append(try callersCalls(reader, below: ceiling, atMost: limit + 1))
        }
        var found: [(call: StoredCall, place: CallCursor)] = []
        func pages() -> Int { reader.blocks.pages + reader.numbersAsked / Self.numbersOfPage }
        let pagesBefore = pages()
        var vain = 0
        while found.count <= limit {
            let best = runs.indices.filter { runs[$0].newest != nil }.max { a, b in (runs[a].newest ?? .first) < (runs[b].newest ?? .first) }
            if let block = blocks.last, best.flatMap({ runs[$0].newest }).map({ $0.startedAt <= block.span.upperBound }) ?? true {
                // All that began later has been looked at; where that is nothing, going on is the only way.
                let end = CallCursor(startedAt: block.span.upperBound, row: .max)
                if pages() - pagesBefore + vain * Self.pagesOfRow > effort, end < ceiling { return (found.map(\.call), end.text) }
                blocks.removeLast()
                if let run = try run(reader, block, atMost: limit + 1, below: ceiling) { runs.append(run) }
                continue
            }
            guard let best, let candidate = runs[best].candidates.popLast() else { break }
            if let call = try reader.stored(candidate.place.row, prior: candidate.prior), holds(call), showsHidden || !call.record.isHidden {
                found.append((call, candidate.place))
            } else {
                // Of a caller with very many calls all are counted.
                vain += candidate.prior == CallDigest.mostPrior ? 10 : 1
                if vain * Self.pagesOfRow > effort { return (found.map(\.call), candidate.place.text) }
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
