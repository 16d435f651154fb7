internal import CallAttribution
internal import CallModel

extension CallReader {
    /// What is looked at for one page at most, in pages of the file: some 10 ms, and more only where a caller with very many calls is counted. A page then comes short, with a cursor.
    private static let effort = 1_200

    func list(_ query: CallQuery) throws -> CallPage {
        // Reports ask for names, and then for what they leave out.
        try checkNames()
        let limit = try query.checkedLimit()
        let cursor = try query.cursor.map { text throws(StorageError) in try CallCursor(text) }
        guard let account = try account(of: query.scope) else { return CallPage(calls: [], next: nil, hidden: .init()) }
        var listing = Listing(query, account: account, below: cursor, self)
        let page = try listing.read(self, limit: limit, effort: Self.effort)
        return CallPage(calls: page.calls, next: page.next, hidden: query.showsHidden || !query.countsHidden ? .init() : try hidden(listing))
    }

    /// How many spam and test calls the whole query has.
    private func hidden(_ listing: Listing) throws -> CallPage.Hidden {
        var hidden = CallPage.Hidden()
        func count(_ marks: UInt32) { if marks & CallDigest.isTest != 0 { hidden.test += 1 } else { hidden.spam += 1 } }
        for block in snapshot.blocks where block.isHidden && listing.mayHold(block, wholeQuery: true) {
            let isWithin = listing.span.contains(block.span.lowerBound) && listing.span.contains(block.span.upperBound)
            let changed = changed(in: block)
            if listing.tests.isEmpty, isWithin, changed.isEmpty, block.account != nil {
                let tests = try blocks.words(.marks, of: block).reduce(0) { $0 + ($1 & CallDigest.isTest == 0 ? 0 : 1) }
                hidden.test += tests
                hidden.spam += block.count - tests
                continue
            }
            guard let verdicts = try verdicts(block, listing.tests, account: listing.account) else { continue }
            let marks = try blocks.words(.marks, of: block)
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
            for place in share.indices where share[place].digest.row != 0 && share[place].digest.isHidden {
                let digest = share[place].digest
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
