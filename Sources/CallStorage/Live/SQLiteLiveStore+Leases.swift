package import CallAttribution
internal import CallModel
internal import SQLite

/// What is written for the leases of a batch.
struct LeaseStatements: ~Copyable {
    private var set: Statement
    private var remove: Statement
    private var setCounts: Statement

    init(_ database: borrowing Database) throws(SQLiteError) {
        let set = try database.prepare(
            "INSERT OR REPLACE INTO leases (account, number, sharer, pool, visitor, start, end) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")
        let remove = try database.prepare("DELETE FROM leases WHERE account = ?1 AND number = ?2 AND sharer = ?3")
        let setCounts = try database.prepare("INSERT OR REPLACE INTO pool_counts (account, pool, exhausted, overflow) VALUES (?1, ?2, ?3, ?4)")
        self.set = set
        self.remove = remove
        self.setCounts = setCounts
    }

    mutating func set(_ lease: NumberLease) throws(SQLiteError) {
        try Self.bindKey(lease, to: &set)
        try set.bind(lease.pool, at: 4)
        try set.bind(lease.visitor, at: 5)
        try set.bind(lease.start.milliseconds, at: 6)
        try set.bind(lease.end.milliseconds, at: 7)
        try set.run()
    }

    mutating func remove(_ lease: NumberLease) throws(SQLiteError) {
        try Self.bindKey(lease, to: &remove)
        try remove.run()
    }

    mutating func set(_ counts: PoolCounts) throws(SQLiteError) {
        try setCounts.bind(counts.account, at: 1)
        try setCounts.bind(counts.pool, at: 2)
        try setCounts.bind(counts.exhausted, at: 3)
        try setCounts.bind(counts.overflow, at: 4)
        try setCounts.run()
    }

    private static func bindKey(_ lease: NumberLease, to statement: inout Statement) throws(SQLiteError) {
        try statement.bind(lease.account, at: 1)
        try statement.bind(Int64(bitPattern: lease.number.word), at: 2)
        try statement.bind(lease.sharer, at: 3)
    }
}

extension SQLiteLiveStore {
    package func loadLeases() throws(StorageError) -> LeaseRows {
        try storing {
            var rows = LeaseRows()
            try database.transaction {
                rows.leases = try read("SELECT account, number, sharer, pool, visitor, start, end FROM leases") { row in
                    guard let number = PhoneNumber(word: UInt64(bitPattern: row.int64(1))) else { throw ByteReader.damaged }
                    return NumberLease(
                        account: row.text(0), pool: row.text(3), number: number, visitor: row.text(4), isOverflow: !row.text(2).isEmpty,
                        start: Timestamp(milliseconds: row.int64(5)), end: Timestamp(milliseconds: row.int64(6)))
                }
                rows.counts = try read("SELECT account, pool, exhausted, overflow FROM pool_counts") { row in
                    PoolCounts(account: row.text(0), pool: row.text(1), exhausted: Int(row.int64(2)), overflow: Int(row.int64(3)))
                }
            }
            return rows
        }
    }

    package func apply(_ changes: LeaseChanges) throws(StorageError) {
        try storing {
            try database.transaction {
                for lease in changes.removed { try leases.remove(lease) }
                for lease in changes.leases { try leases.set(lease) }
                for counts in changes.counts { try leases.set(counts) }
            }
        }
    }
}
