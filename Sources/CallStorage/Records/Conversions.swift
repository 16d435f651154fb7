internal import CallAttribution
package import CallModel
internal import SQLite

/// What calls are handed to: one conversion action in one advertiser's account.
package struct ConversionTarget: Hashable, Sendable {
    package var account: String
    /// google, microsoft, meta.
    package var advertiser: String
    /// As the advertiser calls the conversion.
    package var name: String

    package init(account: String, advertiser: String, name: String) {
        self.account = account
        self.advertiser = advertiser
        self.name = name
    }
}

extension RecordSchema {
    /// Which calls have been handed to which advertiser, by their ids, so that it holds whatever becomes of their rows.
    static let conversions = """
        CREATE TABLE conversion_targets (id INTEGER PRIMARY KEY, account TEXT NOT NULL, advertiser TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (account, advertiser, name));
        CREATE TABLE conversions_exported (target INTEGER NOT NULL, call_id TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (target, call_id)) WITHOUT ROWID;
        """
}

extension SQLiteRecordStore {
    package func exported(_ callIDs: [String], to target: ConversionTarget) throws(StorageError) -> Set<String> {
        try storing {
            guard let id = try number(of: target) else { return [] }
            var find = try database.prepare("SELECT 1 FROM conversions_exported WHERE target = ?1 AND call_id = ?2", persistent: false)
            var found: Set<String> = []
            for callID in callIDs {
                try find.bind(id, at: 1)
                try find.bind(callID, at: 2)
                if try find.step() { found.insert(callID) }
                find.reset()
            }
            return found
        }
    }

    package func markExported(_ callIDs: [String], to target: ConversionTarget, now: Timestamp) throws(StorageError) -> Int {
        let known = try exported(callIDs, to: target)
        return try storing {
            try database.begin()
            do {
                let id = try number(of: target) ?? insert(target)
                var insert = try database.prepare("INSERT OR IGNORE INTO conversions_exported (target, call_id, at) VALUES (?1, ?2, ?3)", persistent: false)
                let news = Set(callIDs).subtracting(known)
                for callID in news {
                    try insert.bind(id, at: 1)
                    try insert.bind(callID, at: 2)
                    try insert.bind(now.milliseconds, at: 3)
                    try insert.run()
                }
                try database.commit()
                return news.count
            } catch {
                // The first error is the one that explains.
                try? database.rollback()
                throw error
            }
        }
    }

    private func number(of target: ConversionTarget) throws(SQLiteError) -> Int64? {
        var find = try database.prepare("SELECT id FROM conversion_targets WHERE account = ?1 AND advertiser = ?2 AND name = ?3", persistent: false)
        try Self.bind(target, to: &find)
        return try find.step() ? find.int64(0) : nil
    }

    private func insert(_ target: ConversionTarget) throws(SQLiteError) -> Int64 {
        var insert = try database.prepare("INSERT INTO conversion_targets (account, advertiser, name) VALUES (?1, ?2, ?3) RETURNING id", persistent: false)
        try Self.bind(target, to: &insert)
        guard try insert.step() else { return 0 }
        let id = insert.int64(0)
        // To its end, so that it is done before the transaction goes on.
        _ = try insert.step()
        return id
    }

    private static func bind(_ target: ConversionTarget, to statement: inout Statement) throws(SQLiteError) {
        try statement.bind(target.account, at: 1)
        try statement.bind(target.advertiser, at: 2)
        try statement.bind(target.name, at: 3)
    }
}
