package import CallAttribution
internal import CallModel
internal import SQLite

extension SQLiteRecordStore {
    package func poolHistory(_ query: PoolQuery) throws(StorageError) -> PoolHistory {
        try storing {
            var history = PoolHistory()
            for number in query.numbers { history.leases[number] = [] }
            guard let account = try names.id(.account, query.account) else { return history }
            for number in query.numbers {
                guard let id = try names.id(.number, number.e164, in: account) else { continue }
                // An overflow number once is the pool's own now, or the other way round: what counts is what it is.
                history.leases[number] = try spans(of: id, in: query.range).map { $0.start..<$0.end }
            }
            if let overflow = query.overflow, let id = try names.id(.number, overflow.e164, in: account) {
                history.overflow = LeaseSpan.joined(try spans(of: id, in: query.range))
            }
            history.refusals = try refusals(query, account)
            return history
        }
    }

    private func spans(of number: Int64, in range: Range<Timestamp>) throws(SQLiteError) -> [LeaseSpan] {
        guard let longest = try webReads.longestLease(of: number) else { return [] }
        var statement = try database.prepare(
            "SELECT visitor, start, end FROM web_leases WHERE number = ?1 AND start >= ?2 AND start < ?3 AND end > ?4", persistent: false)
        try statement.bind(number, at: 1)
        try statement.bind(range.lowerBound.milliseconds - longest, at: 2)
        try statement.bind(range.upperBound.milliseconds, at: 3)
        try statement.bind(range.lowerBound.milliseconds, at: 4)
        var spans: [LeaseSpan] = []
        while try statement.step() {
            spans.append(
                LeaseSpan(
                    visitor: String(statement.int64(0)), start: Timestamp(milliseconds: statement.int64(1)), end: Timestamp(milliseconds: statement.int64(2)),
                    isOverflow: false))
        }
        return spans
    }

    private func refusals(_ query: PoolQuery, _ account: Int64) throws(SQLiteError) -> [[Timestamp]] {
        var statement = try database.prepare(
            "SELECT visitor, at FROM web_refusals WHERE account = ?1 AND pool = ?2 AND at >= ?3 AND at < ?4 ORDER BY at", persistent: false)
        try statement.bind(account, at: 1)
        try statement.bind(query.pool, at: 2)
        try statement.bind(query.range.lowerBound.milliseconds, at: 3)
        try statement.bind(query.range.upperBound.milliseconds, at: 4)
        var times: [Int64: [Timestamp]] = [:]
        while try statement.step() { times[statement.int64(0), default: []].append(Timestamp(milliseconds: statement.int64(1))) }
        return Array(times.values)
    }
}

extension LeaseSpan {
    /// Those of one visitor that overlap as one.
    static func joined(_ spans: [LeaseSpan]) -> [Range<Timestamp>] {
        Dictionary(grouping: spans, by: \.visitor).values.flatMap { spans in
            var joined: [Range<Timestamp>] = []
            for span in spans.sorted(by: { $0.start < $1.start }) {
                if let last = joined.last, span.start < last.upperBound {
                    joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, span.end)
                } else {
                    joined.append(span.start..<span.end)
                }
            }
            return joined
        }
    }
}
