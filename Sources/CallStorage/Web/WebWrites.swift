internal import CallAttribution
internal import CallModel
internal import SQLite

/// What is written of the web visitors, within transactions of the record store.
struct WebWrites: ~Copyable {
    private var addAccount: Statement
    private var findVisitor: Statement
    private var addVisitor: Statement
    private var findViews: Statement
    private var addView: Statement
    private var findLeases: Statement
    private var addLease: Statement
    private var removeLease: Statement
    private var setLongest: Statement
    private var addRefusal: Statement
    private var dueByVisitor: Statement
    private var dueByNumber: Statement
    private var addPoolCall: Statement
    private var addDue: Statement
    private var removeDue: Statement
    private var findLinks: Statement
    private var addLink: Statement
    private var removeLinks: Statement
    private var findExplained: Statement
    private var addExplained: Statement
    private var removeExplained: Statement

    init(_ database: borrowing Database) throws(SQLiteError) {
        let addAccount = try database.prepare("INSERT OR IGNORE INTO web_accounts (account) VALUES (?1)")
        let findVisitor = try database.prepare("SELECT id FROM web_visitors WHERE account = ?1 AND visitor = ?2")
        let addVisitor = try database.prepare("INSERT INTO web_visitors (account, visitor) VALUES (?1, ?2) RETURNING id")
        let findViews = try database.prepare("SELECT page, referrer, agent FROM web_views WHERE visitor = ?1 AND at = ?2")
        let addView = try database.prepare("INSERT INTO web_views (visitor, at, page, referrer, agent) VALUES (?1, ?2, ?3, ?4, ?5)")
        let findLeases = try database.prepare(
            """
            SELECT start, end FROM web_leases
            WHERE number = ?1 AND start < ?2 AND start >= ?3 AND end > ?4 AND visitor = ?5 AND overflow = ?6
            """)
        let addLease = try database.prepare("INSERT OR IGNORE INTO web_leases (number, start, visitor, end, overflow) VALUES (?1, ?2, ?3, ?4, ?5)")
        let removeLease = try database.prepare("DELETE FROM web_leases WHERE number = ?1 AND start = ?2 AND visitor = ?3 AND end = ?4")
        let setLongest = try database.prepare(
            "INSERT INTO web_numbers (number, longest) VALUES (?1, ?2) ON CONFLICT (number) DO UPDATE SET longest = max(longest, excluded.longest)")
        let addRefusal = try database.prepare("INSERT OR IGNORE INTO web_refusals (account, pool, at, visitor) VALUES (?1, ?2, ?3, ?4)")
        let dueByVisitor = try database.prepare(
            """
            INSERT OR IGNORE INTO web_due (call) SELECT call FROM web_calls
            WHERE visitor = ?1 AND (SELECT started_at FROM calls WHERE id = call) >= ?2
            """)
        let dueByNumber = try database.prepare("INSERT OR IGNORE INTO web_due (call) SELECT call FROM web_pool_calls WHERE number = ?1 AND started_at >= ?2")
        let addPoolCall = try database.prepare("INSERT OR IGNORE INTO web_pool_calls (number, started_at, call) VALUES (?1, ?2, ?3)")
        let addDue = try database.prepare("INSERT OR IGNORE INTO web_due (call) VALUES (?1)")
        let removeDue = try database.prepare("DELETE FROM web_due WHERE call = ?1")
        let findLinks = try database.prepare("SELECT visitor FROM web_calls WHERE call = ?1 ORDER BY visitor")
        let addLink = try database.prepare("INSERT OR IGNORE INTO web_calls (call, visitor) VALUES (?1, ?2)")
        let removeLinks = try database.prepare("DELETE FROM web_calls WHERE call = ?1")
        let findExplained = try database.prepare("SELECT account, caller, started_at, visitor FROM web_callers WHERE call = ?1")
        let addExplained = try database.prepare(
            "INSERT OR REPLACE INTO web_callers (account, caller, started_at, call_id, call, visitor) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
        let removeExplained = try database.prepare("DELETE FROM web_callers WHERE call = ?1")
        self.addAccount = addAccount
        self.findVisitor = findVisitor
        self.addVisitor = addVisitor
        self.findViews = findViews
        self.addView = addView
        self.findLeases = findLeases
        self.addLease = addLease
        self.removeLease = removeLease
        self.setLongest = setLongest
        self.addRefusal = addRefusal
        self.dueByVisitor = dueByVisitor
        self.dueByNumber = dueByNumber
        self.addPoolCall = addPoolCall
        self.addDue = addDue
        self.removeDue = removeDue
        self.findLinks = findLinks
        self.addLink = addLink
        self.removeLinks = removeLinks
        self.findExplained = findExplained
        self.addExplained = addExplained
        self.removeExplained = removeExplained
    }

    // MARK: - What is told

    mutating func add(account: Int64) throws(SQLiteError) {
        try addAccount.bind(account, at: 1)
        try addAccount.run()
    }

    /// The number of a visitor, which he gets now where he has none.
    mutating func visitor(_ visitor: String, of account: Int64) throws(SQLiteError) -> Int64 {
        defer {
            findVisitor.reset()
            addVisitor.reset()
        }
        try findVisitor.bind(account, at: 1)
        try findVisitor.bind(visitor, at: 2)
        if try findVisitor.step() { return findVisitor.int64(0) }
        try addVisitor.bind(account, at: 1)
        try addVisitor.bind(visitor, at: 2)
        _ = try addVisitor.step()
        return addVisitor.int64(0)
    }

    /// False where it is known already. The calls that were made of the visitor's views, and began since, become due.
    mutating func add(_ view: PageView, of visitor: Int64) throws(SQLiteError) -> Bool {
        if try isKnown(view, of: visitor) { return false }
        try addView.bind(visitor, at: 1)
        try addView.bind(view.at.milliseconds, at: 2)
        try addView.bind(view.page, at: 3)
        try addView.bind(view.referrer, at: 4)
        try addView.bind(view.userAgent, at: 5)
        try addView.run()
        try dueByVisitor.bind(visitor, at: 1)
        try dueByVisitor.bind(view.at.milliseconds, at: 2)
        try dueByVisitor.run()
        return true
    }

    private mutating func isKnown(_ view: PageView, of visitor: Int64) throws(SQLiteError) -> Bool {
        defer { findViews.reset() }
        try findViews.bind(visitor, at: 1)
        try findViews.bind(view.at.milliseconds, at: 2)
        while try findViews.step() {
            if findViews.text(0) == view.page, findViews.text(1) == view.referrer, findViews.text(2) == view.userAgent { return true }
        }
        return false
    }

    /// False where it says nothing new. The calls to the number that began since become due.
    ///
    /// - Parameter longest: lease of the number so far, in milliseconds.
    mutating func add(_ span: LeaseSpan, of visitor: Int64, number: Int64, longest: Int64?) throws(SQLiteError) -> Bool {
        let known = try overlapping(span, of: visitor, number: number, longest: longest ?? 0)
        let (start, end) = (span.start.milliseconds, span.end.milliseconds)
        var joined = (start: start, end: end)
        if span.isOverflow {
            if known.contains(where: { $0 == joined }) { return false }
        } else {
            if known.contains(where: { $0.start <= start && end <= $0.end }) { return false }
            for row in known {
                try removeLease.bind(number, at: 1)
                try removeLease.bind(row.start, at: 2)
                try removeLease.bind(visitor, at: 3)
                try removeLease.bind(row.end, at: 4)
                try removeLease.run()
                joined = (min(joined.start, row.start), max(joined.end, row.end))
            }
        }
        try addLease.bind(number, at: 1)
        try addLease.bind(joined.start, at: 2)
        try addLease.bind(visitor, at: 3)
        try addLease.bind(joined.end, at: 4)
        try addLease.bind(span.isOverflow ? 1 : 0, at: 5)
        try addLease.run()
        if joined.end - joined.start > longest ?? -1 {
            try setLongest.bind(number, at: 1)
            try setLongest.bind(joined.end - joined.start, at: 2)
            try setLongest.run()
        }
        try dueByNumber.bind(number, at: 1)
        try dueByNumber.bind(start, at: 2)
        try dueByNumber.run()
        return true
    }

    private mutating func overlapping(
        _ span: LeaseSpan, of visitor: Int64, number: Int64, longest: Int64
    ) throws(SQLiteError) -> [(start: Int64, end: Int64)] {
        defer { findLeases.reset() }
        try findLeases.bind(number, at: 1)
        try findLeases.bind(span.end.milliseconds, at: 2)
        try findLeases.bind(span.start.milliseconds - longest, at: 3)
        try findLeases.bind(span.start.milliseconds, at: 4)
        try findLeases.bind(visitor, at: 5)
        try findLeases.bind(span.isOverflow ? 1 : 0, at: 6)
        var rows: [(start: Int64, end: Int64)] = []
        while try findLeases.step() { rows.append((findLeases.int64(0), findLeases.int64(1))) }
        return rows
    }

    /// A visitor who was given no number.
    mutating func addRefusal(_ visitor: Int64, pool: String, of account: Int64, at moment: Timestamp) throws(SQLiteError) {
        try addRefusal.bind(account, at: 1)
        try addRefusal.bind(pool, at: 2)
        try addRefusal.bind(moment.milliseconds, at: 3)
        try addRefusal.bind(visitor, at: 4)
        try addRefusal.run()
    }

    // MARK: - Calls

    /// A call to a number that is leased, so that leases that are told late find it.
    mutating func addPoolCall(_ call: Int64, number: Int64, startedAt: Timestamp) throws(SQLiteError) {
        try addPoolCall.bind(number, at: 1)
        try addPoolCall.bind(startedAt.milliseconds, at: 2)
        try addPoolCall.bind(call, at: 3)
        try addPoolCall.run()
    }

    /// The call's row is to be derived anew.
    mutating func addDue(_ call: Int64) throws(SQLiteError) {
        try addDue.bind(call, at: 1)
        try addDue.run()
    }

    mutating func removeDue(_ call: Int64) throws(SQLiteError) {
        try removeDue.bind(call, at: 1)
        try removeDue.run()
    }

    /// Notes by whom a call's record was made, in place of who was noted before.
    mutating func link(_ call: Int64, to visitors: [Int64], isNew: Bool) throws(SQLiteError) {
        let visitors = Array(Set(visitors)).sorted()
        let known = isNew ? [] : try links(of: call)
        if known == visitors { return }
        if !known.isEmpty {
            try removeLinks.bind(call, at: 1)
            try removeLinks.run()
        }
        for visitor in visitors {
            try addLink.bind(call, at: 1)
            try addLink.bind(visitor, at: 2)
            try addLink.run()
        }
    }

    private mutating func links(of call: Int64) throws(SQLiteError) -> [Int64] {
        defer { findLinks.reset() }
        try findLinks.bind(call, at: 1)
        var visitors: [Int64] = []
        while try findLinks.step() { visitors.append(findLinks.int64(0)) }
        return visitors
    }

    /// A call that a session explains, as its caller's later calls find it.
    struct Explained: Hashable {
        var account: Int64
        var caller: Int64
        var startedAt: Int64
        var visitor: Int64
    }

    /// Notes that a session explains the call, or that none does, in place of what was noted before.
    ///
    /// - Returns: what was noted before.
    mutating func explain(_ call: Int64, _ callID: String, by explained: Explained?, isNew: Bool) throws(SQLiteError) -> Explained? {
        let known = isNew ? nil : try self.explained(call)
        if known == explained { return known }
        if known != nil {
            try removeExplained.bind(call, at: 1)
            try removeExplained.run()
        }
        if let explained {
            try addExplained.bind(explained.account, at: 1)
            try addExplained.bind(explained.caller, at: 2)
            try addExplained.bind(explained.startedAt, at: 3)
            try addExplained.bind(callID, at: 4)
            try addExplained.bind(call, at: 5)
            try addExplained.bind(explained.visitor, at: 6)
            try addExplained.run()
        }
        return known
    }

    private mutating func explained(_ call: Int64) throws(SQLiteError) -> Explained? {
        defer { findExplained.reset() }
        try findExplained.bind(call, at: 1)
        guard try findExplained.step() else { return nil }
        return Explained(
            account: findExplained.int64(0), caller: findExplained.int64(1), startedAt: findExplained.int64(2), visitor: findExplained.int64(3))
    }
}
