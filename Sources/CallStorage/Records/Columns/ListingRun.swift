internal import CallAttribution
internal import CallModel

/// A call that a listing may show.
struct ListedCall {
    var place: CallCursor
    /// As its digest has it.
    var prior: Int?
}

/// Candidates of one part of the store, the newest first.
struct ListingRun {
    /// The last is the newest.
    var candidates: [ListedCall]
    let source: Source
    /// Whether there are older ones, which were left out.
    var isCut = false

    enum Source {
        case late, callersIndex
        case block(CallBlock)
    }

    var newest: CallCursor? { candidates.last?.place }

}

extension Listing {
    mutating func refill(_ place: Int, _ reader: CallReader, below: CallCursor, atMost most: Int) throws {
        runs[place] =
            switch runs[place].source {
            case .late: late(reader, below: below, atMost: most)
            case .callersIndex: try callersCalls(reader, below: below, atMost: most)
            case .block(let block): try run(reader, block, atMost: most, below: below) ?? ListingRun(candidates: [], source: .block(block))
            }
    }

    /// The newest `most` of those calls of one caller that his index knows and that are not late.
    func callersCalls(_ reader: CallReader, below: CallCursor, atMost most: Int) throws -> ListingRun {
        guard let caller else { return ListingRun(candidates: [], source: .callersIndex) }
        var late: Set<Int64> = []
        for share in reader.snapshot.late { for index in share.indices where share[index].digest.caller == caller { late.insert(share[index].digest.row) } }
        let limit = most + late.count
        let places = try reader.calls(of: caller, account, from: span.lowerBound, below: below, withTests: showsHidden, limit: limit)
        let own = places.filter { !late.contains($0.row) }
        // The index has no number of earlier calls: the store is asked.
        let candidates = own.prefix(most).map { ListedCall(place: $0, prior: CallDigest.mostPrior) }
        return ListingRun(candidates: candidates.reversed(), source: .callersIndex, isCut: places.count == limit || own.count > most)
    }

    /// The newest `most` of the late calls.
    func late(_ reader: CallReader, below: CallCursor, atMost most: Int) -> ListingRun {
        var newest: [ListedCall] = []
        var floor = CallCursor.first
        var isCut = false
        func cut() {
            newest.sort { $0.place > $1.place }
            isCut = true
            newest.removeLast(newest.count - most)
            floor = newest.last?.place ?? floor
        }
        for share in reader.snapshot.late {
            // By place: a loop over the calls would copy each, and few of its words are looked at.
            for index in share.indices where share[index].digest.row != 0 {
                let place = share[index].digest.place
                guard place < below, place > floor, place.startedAt >= span.lowerBound, Int64(share[index].digest[.account]) == account,
                    showsHidden || !share[index].digest.isHidden, tests.isEmpty || reader.verdict(share[index].digest, tests) != .no
                else { continue }
                newest.append(ListedCall(place: place, prior: share[index].digest.prior))
                if newest.count >= 4 * most { cut() }
            }
        }
        if newest.count > most { cut() }
        newest.sort { $0.place < $1.place }
        return ListingRun(candidates: newest, source: .late, isCut: isCut)
    }

    /// The newest `most` of a block.
    func run(_ reader: CallReader, _ block: CallBlock, atMost most: Int, below: CallCursor) throws -> ListingRun? {
        guard let verdicts = try reader.verdicts(block, tests, account: account) else { return nil }
        let starts = try reader.blocks.words(.startLow, .startHigh, of: block)
        let rows = try reader.blocks.rows(of: block)
        let priors = try reader.blocks.words(.prior, of: block)
        var run = ListingRun(candidates: [], source: .block(block))
        let changed = reader.changed(in: block)
        let known = caller == nil ? Int64.min : reader.snapshot.callersWatermark
        for index in verdicts.indices.reversed() where verdicts[index] != .no {
            let place = CallCursor(startedAt: starts[index], row: rows[index])
            guard place < below, place.row > known else { continue }
            if place.startedAt < span.lowerBound { break }
            if !changed.isEmpty, changed.contains(place.row) { continue }
            if run.candidates.count == most {
                run.isCut = true
                break
            }
            run.candidates.append(ListedCall(place: place, prior: CallDigest.prior(priors[index])))
        }
        run.candidates.reverse()
        return run
    }
}

extension CallCursor {
    /// Before all others.
    static var first: CallCursor { CallCursor(startedAt: .min, row: .min) }
}
