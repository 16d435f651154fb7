internal import CallAttribution
internal import CallModel

/// A call that a listing may show.
private struct Candidate {
    var place: CallCursor
    /// As its digest has it.
    var prior: Int?
}

/// Candidates of one part of the store, the newest first.
private struct Run {
    /// The last is the newest.
    var candidates: [Candidate]
    /// Whether there are older ones, which were left out.
    var isCut = false

    var newest: CallCursor? { candidates.last?.place }
}

extension CallReader {
    /// What is looked at for one page at most, in pages of the file: some 10 ms. A page then comes short, with a cursor.
    private static let effort = 8_000

    func list(_ query: CallQuery) throws -> CallPage {
        // Reports ask for names, and then for what they leave out.
        try checkNames()
        let limit = try query.checkedLimit()
        let cursor = try query.cursor.map { text throws(StorageError) in try CallCursor(text) }
        guard let account = try account(of: query.scope) else { return CallPage(calls: [], next: nil, hidden: .init()) }
        var listing = Listing(query, account: account, below: cursor, key: key)
        let page = try listing.read(self, limit: limit, effort: Self.effort)
        return CallPage(calls: page.calls, next: page.next, hidden: query.showsHidden || !query.countsHidden ? .init() : try hidden(listing))
    }

    /// How many spam and test calls the whole query has.
    private func hidden(_ listing: Listing) throws -> CallPage.Hidden {
        var hidden = CallPage.Hidden()
        func count(_ marks: UInt32) { if marks & CallDigest.isTest != 0 { hidden.test += 1 } else { hidden.spam += 1 } }
        for block in snapshot.blocks where block.isHidden && listing.mayHold(block, wholeQuery: true) {
            guard let verdicts = try verdicts(block, listing.tests, account: listing.account) else { continue }
            let marks = try blocks.words(.marks, of: block)
            let isWithin = listing.span.contains(block.span.lowerBound) && listing.span.contains(block.span.upperBound)
            // Only then it matters where and which each is.
            let starts = isWithin ? [] : try blocks.words(.startLow, .startHigh, of: block)
            let rows = changed.isEmpty && !verdicts.contains(.maybe) ? [] : try blocks.rows(of: block)
            for place in verdicts.indices where verdicts[place] != .no {
                if !isWithin, !listing.span.contains(starts[place]) { continue }
                if !rows.isEmpty, changed.contains(rows[place]) { continue }
                if verdicts[place] == .maybe {
                    let prior = CallDigest.prior(try blocks.words(.prior, of: block)[place])
                    guard listing.holds(try stored(rows[place], prior: prior)) else { continue }
                }
                count(marks[place])
            }
        }
        for share in snapshot.late {
            for call in share where call.digest.row != 0 && call.digest.isHidden {
                let digest = call.digest
                guard Int64(digest[.account]) == listing.account, listing.span.contains(digest.startedAt) else { continue }
                switch verdict(digest, listing.tests) {
                case .no: continue
                case .maybe: guard listing.holds(try stored(digest.row, prior: digest.prior)) else { continue }
                case .yes: break
                }
                count(digest[.marks])
            }
        }
        return hidden
    }
}

/// One query on its way through the late calls and the blocks.
private struct Listing {
    let account: Int64
    let tests: [DigestTest]
    let conditions: [RecordCondition]
    let showsHidden: Bool
    /// Of `started_at`, whatever the cursor.
    let span: Range<Int64>
    /// Calls from here on have been listed.
    private let ceiling: CallCursor
    private var runs: [Run] = []
    /// What a call costs that was looked at in vain, in pages.
    private static let pagesOfRow = 40

    init(_ query: CallQuery, account: Int64, below cursor: CallCursor?, key: CallKey) {
        self.account = account
        conditions = query.conditions
        // Few words are equal to one, more are within a range.
        tests = query.conditions.map { DigestTest($0, key) }.sorted { $0.cost < $1.cost }
        showsHidden = query.showsHidden
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
        var found: [(call: StoredCall, place: CallCursor)] = []
        let pagesBefore = reader.blocks.pages
        var vain = 0
        while found.count <= limit {
            let best = runs.indices.filter { runs[$0].newest != nil }.max { a, b in (runs[a].newest ?? .first) < (runs[b].newest ?? .first) }
            if let block = blocks.last, best.flatMap({ runs[$0].newest }).map({ $0.startedAt <= block.span.upperBound }) ?? true {
                // All that began later has been looked at; where that is nothing, going on is the only way.
                let end = CallCursor(startedAt: block.span.upperBound, row: .max)
                if reader.blocks.pages - pagesBefore + vain * Self.pagesOfRow > effort, end < ceiling { return (found.map(\.call), end.text) }
                blocks.removeLast()
                if let run = try run(reader, block, atMost: limit + 1, below: ceiling) { runs.append(run) }
                continue
            }
            guard let best, let candidate = runs[best].candidates.popLast() else { break }
            if let call = try reader.stored(candidate.place.row, prior: candidate.prior), holds(call) {
                found.append((call, candidate.place))
            } else {
                vain += 1
                if vain * Self.pagesOfRow > effort { return (found.map(\.call), candidate.place.text) }
            }
            if runs[best].candidates.isEmpty, runs[best].isCut { try refill(best, reader, below: candidate.place, atMost: limit + 1) }
        }
        return (found.prefix(limit).map(\.call), found.count > limit ? found[limit - 1].place.text : nil)
    }

    private var sources: [Int: CallBlock] = [:]

    private mutating func refill(_ place: Int, _ reader: CallReader, below: CallCursor, atMost most: Int) throws {
        if let block = sources[place] {
            runs[place] = try run(reader, block, atMost: most, below: below, isAgain: true) ?? Run(candidates: [])
        } else {
            runs[place] = late(reader, below: below, atMost: most)
        }
    }

    /// The newest `most` of the late calls.
    private func late(_ reader: CallReader, below: CallCursor, atMost most: Int) -> Run {
        var newest: [Candidate] = []
        var floor = CallCursor.first
        var isCut = false
        func cut() {
            newest.sort { $0.place > $1.place }
            isCut = true
            newest.removeLast(newest.count - most)
            floor = newest.last?.place ?? floor
        }
        for share in reader.snapshot.late {
            for call in share where call.digest.row != 0 {
                let place = call.digest.place
                guard place < below, place > floor, place.startedAt >= span.lowerBound, Int64(call.digest[.account]) == account, showsHidden || !call.digest.isHidden,
                    reader.verdict(call.digest, tests) != .no
                else { continue }
                newest.append(Candidate(place: place, prior: call.digest.prior))
                if newest.count >= 4 * most { cut() }
            }
        }
        if newest.count > most { cut() }
        newest.sort { $0.place < $1.place }
        return Run(candidates: newest, isCut: isCut)
    }

    /// The newest `most` of a block.
    private mutating func run(_ reader: CallReader, _ block: CallBlock, atMost most: Int, below: CallCursor, isAgain: Bool = false) throws -> Run? {
        guard let verdicts = try reader.verdicts(block, tests, account: account) else { return nil }
        let starts = try reader.blocks.words(.startLow, .startHigh, of: block)
        let rows = try reader.blocks.rows(of: block)
        let priors = try reader.blocks.words(.prior, of: block)
        var run = Run(candidates: [])
        for index in verdicts.indices.reversed() where verdicts[index] != .no {
            let place = CallCursor(startedAt: starts[index], row: rows[index])
            guard place < below else { continue }
            if place.startedAt < span.lowerBound { break }
            if !reader.changed.isEmpty, reader.changed.contains(place.row) { continue }
            if run.candidates.count == most {
                run.isCut = true
                break
            }
            run.candidates.append(Candidate(place: place, prior: CallDigest.prior(priors[index])))
        }
        run.candidates.reverse()
        if !isAgain { sources[runs.count] = block }
        return run
    }
}

extension CallCursor {
    /// Before all others.
    fileprivate static var first: CallCursor { CallCursor(startedAt: .min, row: .min) }
}

extension DigestTest {
    fileprivate var cost: Int {
        switch form {
        case .never: 0
        case .equal: 1
        case .open: 3
        default: 2
        }
    }
}
