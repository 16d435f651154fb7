internal import CallAttribution
internal import CallModel
internal import SQLite

/// What is read of the web visitors while a record is derived. Belongs to one connection.
final class WebReads {
    /// Those that have visitors at all: no other's calls are looked up.
    var accounts: Set<Int64> = []
    /// Whether there may be calls to be derived anew: after a start, and once something was told that could change one.
    var mayHaveDue = true
    /// Calls that were written lately and may inherit: those of a transaction under way stand in no index yet.
    private(set) var sourceless: [Sourceless] = []
    private var leases: Statement
    private var longest: Statement
    private var views: Statement
    private var earlier: Statement

    init(_ database: borrowing Database) throws(SQLiteError) {
        let leases = try database.prepare(
            """
            SELECT (SELECT visitor FROM web_visitors WHERE id = web_leases.visitor), start, end, overflow FROM web_leases
            WHERE number = ?1 AND start <= ?2 ORDER BY start DESC
            """)
        let longest = try database.prepare("SELECT longest FROM web_numbers WHERE number = ?1")
        let views = try database.prepare(
            """
            SELECT at, page, referrer, agent FROM web_views
            WHERE visitor = (SELECT id FROM web_visitors WHERE account = ?1 AND visitor = ?2) AND at <= ?3 ORDER BY at
            """)
        let earlier = try database.prepare(
            """
            SELECT (SELECT visitor FROM web_visitors WHERE id = web_callers.visitor) FROM web_callers
            WHERE account = ?1 AND caller = ?2 AND (started_at, call_id) < (?3, ?4) ORDER BY started_at DESC, call_id DESC LIMIT 1
            """)
        var known = try database.prepare("SELECT account FROM web_accounts", persistent: false)
        while try known.step() { accounts.insert(known.int64(0)) }
        self.leases = leases
        self.longest = longest
        self.views = views
        self.earlier = earlier
    }

    struct Sourceless {
        var account: Int64
        var caller: Int64
        var startedAt: Int64
        var row: Int64
    }

    /// More than a transaction writes, twice.
    private static let keptSourceless = 4096

    func note(_ call: Sourceless) {
        if sourceless.count >= Self.keptSourceless { sourceless.removeFirst(Self.keptSourceless / 2) }
        sourceless.append(call)
    }

    /// Fills in what the web says of a call.
    ///
    /// - Parameters:
    ///   - account: the facts' as a number.
    ///   - number: the facts' as a number; 0 for none.
    func attribute(_ record: inout CallRecord, _ facts: CallFacts, account: Int64, number: Int64) throws -> WebFinding {
        guard accounts.contains(account) else { return WebFinding() }
        var shelf = Shelf(reads: self, account: account, number: number)
        let caller = record.callerNumber.flatMap { PhoneNumber(e164: $0) }
        let (startedAt, callID) = (record.startedAt, record.callID)
        return try record.attribute(facts, in: &shelf) {
            try caller.flatMap { try self.visitor(before: startedAt, callID, of: Int64($0.digits), account) }
        }
    }

    /// One number's leases and one account's visitors.
    private struct Shelf: WebArchive {
        let reads: WebReads
        let account: Int64
        let number: Int64

        func spans(of number: PhoneNumber, at moment: Timestamp) throws -> [LeaseSpan] { try reads.spans(of: self.number, at: moment) }

        func views(of visitor: String, until moment: Timestamp) throws -> [PageView] { try reads.views(of: visitor, account, until: moment) }
    }

    /// Back to where none that began earlier can cover the moment, or end after the last to end that was found.
    private func spans(of number: Int64, at moment: Timestamp) throws(SQLiteError) -> [LeaseSpan] {
        guard let longest = try longestLease(of: number) else { return [] }
        defer { leases.reset() }
        try leases.bind(number, at: 1)
        try leases.bind(moment.milliseconds, at: 2)
        var spans: [LeaseSpan] = []
        var lastEnd: Int64?
        while try leases.step() {
            let (start, end) = (leases.int64(1), leases.int64(2))
            if let lastEnd, start + longest < min(moment.milliseconds, lastEnd) { break }
            spans.append(
                LeaseSpan(
                    visitor: leases.text(0), start: Timestamp(milliseconds: start), end: Timestamp(milliseconds: end), isOverflow: leases.int64(3) != 0))
            lastEnd = max(lastEnd ?? end, end)
        }
        return spans
    }

    func longestLease(of number: Int64) throws(SQLiteError) -> Int64? {
        defer { longest.reset() }
        try longest.bind(number, at: 1)
        return try longest.step() ? longest.int64(0) : nil
    }

    private func views(of visitor: String, _ account: Int64, until moment: Timestamp) throws(SQLiteError) -> [PageView] {
        defer { views.reset() }
        try views.bind(account, at: 1)
        try views.bind(visitor, at: 2)
        try views.bind(moment.milliseconds, at: 3)
        var found: [PageView] = []
        while try views.step() {
            found.append(
                PageView(at: Timestamp(milliseconds: views.int64(0)), page: views.text(1), referrer: views.text(2), userAgent: views.text(3)))
        }
        return found.sorted()
    }

    private func visitor(before startedAt: Timestamp, _ callID: String, of caller: Int64, _ account: Int64) throws(SQLiteError) -> String? {
        defer { earlier.reset() }
        try earlier.bind(account, at: 1)
        try earlier.bind(caller, at: 2)
        try earlier.bind(startedAt.milliseconds, at: 3)
        try earlier.bind(callID, at: 4)
        return try earlier.step() ? earlier.text(0) : nil
    }
}
