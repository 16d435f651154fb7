internal import CallAttribution
internal import CallModel
internal import SQLite

extension SQLiteRecordStore {
    /// Within a transaction: takes from the visitors whom these calls were explained by what tells of a person (records.md §7). Pages, referrers, browsers and the visitors' ids go; leases and sources stay, and so do the other calls' attributions. Of candidates of an ambiguous call nobody knows who called, so that they keep theirs.
    ///
    /// The calls explain no later ones any more; their own records must be kept without the web's word from here on.
    /// - Parameter calls: rows of `calls`.
    /// - Returns: how many visitors were erased; running it again finds none.
    func eraseVisitors(behind calls: [Int64]) throws -> Int {
        var visitors: Set<Int64> = []
        for call in calls {
            for visitor in try numbers("SELECT visitor FROM web_callers WHERE call = ?1", call) { visitors.insert(visitor) }
            try change("DELETE FROM web_callers WHERE call = ?1", call)
            try change("DELETE FROM web_calls WHERE call = ?1", call)
            try change("DELETE FROM web_due WHERE call = ?1", call)
        }
        for visitor in visitors {
            try eraseViews(of: visitor, account: try numbers("SELECT account FROM web_visitors WHERE id = ?1", visitor).first ?? 0)
            try change("UPDATE web_visitors SET visitor = 'erased-' || id WHERE id = ?1", visitor)
            // Another caller's calls show the pages too.
            try change("INSERT OR IGNORE INTO web_due (call) SELECT call FROM web_calls WHERE visitor = ?1", visitor)
        }
        if !visitors.isEmpty { webReads.mayHaveDue = true }
        return visitors.count
    }

    /// Within a transaction: a call that is deleted explains no later ones, and no visit that is told late changes it.
    func forgetWeb(of row: CallRow) throws {
        guard !webReads.accounts.isEmpty else { return }
        if let explained = try webWrites.explain(row.id, row.callID, by: nil, isNew: false) { try becomeDue(after: explained, but: row.id) }
        try webWrites.link(row.id, to: [], isNew: false)
        try webWrites.removeDue(row.id)
    }

    private func eraseViews(of visitor: Int64, account: Int64) throws {
        var update = try database.prepare("UPDATE web_views SET page = ?2, referrer = ?3, agent = '' WHERE id = ?1", persistent: false)
        for id in try numbers("SELECT id FROM web_views WHERE visitor = ?1", visitor) {
            var read = try database.prepare("SELECT at, page, referrer FROM web_views WHERE id = ?1", persistent: false)
            try read.bind(id, at: 1)
            guard try read.step() else { continue }
            let view = PageView(at: Timestamp(milliseconds: read.int64(0)), page: read.text(1), referrer: read.text(2)).anonymous
            try noteErased(page: read.text(1), of: account)
            read.reset()
            try update.bind(id, at: 1)
            try update.bind(view.page, at: 2)
            try update.bind(view.referrer, at: 3)
            try update.run()
        }
    }

    private func numbers(_ sql: String, _ parameter: Int64) throws(SQLiteError) -> [Int64] {
        var statement = try database.prepare(sql, persistent: false)
        try statement.bind(parameter, at: 1)
        var numbers: [Int64] = []
        while try statement.step() { numbers.append(statement.int64(0)) }
        return numbers
    }

    private func change(_ sql: String, _ parameter: Int64) throws(SQLiteError) {
        var statement = try database.prepare(sql, persistent: false)
        try statement.bind(parameter, at: 1)
        try statement.run()
    }
}
