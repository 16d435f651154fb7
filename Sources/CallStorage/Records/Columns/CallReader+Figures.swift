internal import CallAttribution
internal import CallModel

extension CallReader {
    /// What reports count; see `RecordStore.figures`.
    func figures(account name: String, range: Range<Timestamp>, _ body: (CallFigures) -> Void) throws {
        guard let account = try names.id(.account, name) else { return }
        let span = range.lowerBound.milliseconds..<range.upperBound.milliseconds
        for block in snapshot.blocks where !block.isHidden && (block.account ?? account) == account {
            guard block.span.lowerBound < span.upperBound, block.span.upperBound >= span.lowerBound else { continue }
            try figures(block, account, span, body)
        }
        for share in snapshot.late {
            for place in share.indices where share[place].digest.row != 0 {
                guard Int64(share[place].digest[.account]) == account, !share[place].digest.isHidden, span.contains(share[place].digest.startedAt) else { continue }
                if let figures = try figures(share[place].digest) { body(figures) }
            }
        }
        try checkNames()
    }

    private static let columns: [DigestColumn] = [
        .callerLow, .callerHigh, .trackingNumber, .destination, .pool, .landingPage, .source, .firstTouch, .lastTouch, .currency, .outcome, .attribution,
        .valueLow, .valueHigh, .marks, .prior, .qualified, .talk, .ring, .firstTime,
    ]

    private func figures(_ block: CallBlock, _ account: Int64, _ span: Range<Int64>, _ body: (CallFigures) -> Void) throws {
        let isWithin = span.contains(block.span.lowerBound) && span.contains(block.span.upperBound)
        let starts = try blocks.words(.startLow, .startHigh, of: block)
        let rows = try blocks.rows(of: block)
        let changed = changed(in: block)
        let accounts = block.account == nil ? try blocks.words(.account, of: block) : []
        var columns: [[UInt32]] = []
        columns.reserveCapacity(Self.columns.count)
        for column in Self.columns { columns.append(try blocks.words(column, of: block)) }
        for place in starts.indices {
            if !isWithin, !span.contains(starts[place]) { continue }
            if !accounts.isEmpty, Int64(accounts[place]) != account { continue }
            if !changed.isEmpty, changed.contains(rows[place]) { continue }
            let figures = CallFigures(startedAt: Timestamp(milliseconds: starts[place])) { columns[$0][place] }
            if columns[14][place] & CallDigest.needsRecord == 0 {
                body(figures)
            } else if let whole = try whole(figures, rows[place], prior: columns[15][place]) {
                body(whole)
            }
        }
    }

    private func figures(_ digest: CallDigest) throws -> CallFigures? {
        let figures = CallFigures(startedAt: Timestamp(milliseconds: digest.startedAt)) { digest[Self.columns[$0]] }
        guard digest[.marks] & CallDigest.needsRecord != 0 else { return figures }
        return try whole(figures, digest.row, prior: digest[.prior])
    }

    /// With what only the record tells; nil where the call is gone.
    private func whole(_ figures: CallFigures, _ row: Int64, prior: UInt32) throws -> CallFigures? {
        guard let call = try stored(row, prior: CallDigest.prior(prior)) else { return nil }
        var figures = figures
        figures.qualified = call.record.qualified
        figures.isConversion = call.isConversion
        guard let name = call.record.account, let account = try names.id(.account, name) else { return figures }
        figures.candidates = try call.record.candidates.map { candidate in
            CallFigures.Candidate(
                firstTouch: try names.id(candidate.trail.firstTouch, in: account), lastTouch: try names.id(candidate.trail.lastTouch, in: account),
                confidence: candidate.confidence)
        }
        return figures
    }
}

extension CallFigures {
    /// - Parameter word: of the column at a place in `CallReader.columns`.
    fileprivate init(startedAt: Timestamp, _ word: (Int) -> UInt32) {
        self.init(startedAt: startedAt)
        caller = CallDigest.joined(word(0), word(1))
        trackingNumber = Int64(word(2))
        destination = Int64(word(3))
        pool = Int64(word(4))
        landingPage = Int64(word(5))
        source = Int64(word(6))
        firstTouch = Int64(word(7))
        lastTouch = Int64(word(8))
        currency = Int64(word(9))
        outcome = CallOutcome(code: Int64(word(10)))
        attribution = AttributionCertainty(code: word(11))
        value = CallDigest.joined(word(12), word(13))
        qualified = Self.flag(word(16))
        isConversion = qualified == true
        talkSeconds = Self.seconds(word(17))
        ringSeconds = Self.seconds(word(18))
        firstTime = Self.flag(word(19))
    }

    private static func flag(_ word: UInt32) -> Bool? { word == 0 ? nil : word == DigestWord.of(true) }

    /// Of these two columns every word is exact: the times they are made of have milliseconds.
    private static func seconds(_ word: UInt32) -> Float { word == 0 ? 0 : Float(Double(word - 1) / 1000) }
}

/// The names of a store's calls, read as they are asked for.
struct StoredNames: ReportNames {
    let reader: CallReader

    func text(_ number: Int64) -> String? { number == 0 ? nil : reader.name { try reader.names.name(number) } }
    func source(_ number: Int64) -> TrafficSource? { number == 0 ? nil : reader.name { try reader.names.source(number) } }
}
