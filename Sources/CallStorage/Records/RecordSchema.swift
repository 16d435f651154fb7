internal import SQLite

/// The file of `attribution/`.
///
/// A call is one row with all its inputs: its log is part of it, and the record is derived from it when it is read. Rows are in order of arrival, so that new ones go to the end, as do the entries of `calls_by_time` and, for each value, those of the other indexes; `call_keys` alone is random, and is written late (`PendingKeys`). What few calls have is indexed for those alone.
enum RecordSchema {
    static let file = DataFileSchema(
        name: "the attribution store",
        // "TkRc"
        applicationID: 0x546B_5263,
        migrations: [first])

    private static let first = """
        CREATE TABLE settings (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE names (id INTEGER PRIMARY KEY, scope INTEGER NOT NULL, text TEXT NOT NULL, UNIQUE (scope, text));
        CREATE TABLE facts (id INTEGER PRIMARY KEY, hash INTEGER NOT NULL, bytes BLOB NOT NULL);
        CREATE INDEX facts_by_hash ON facts (hash);
        CREATE TABLE calls (
            id INTEGER PRIMARY KEY, key INTEGER NOT NULL, account INTEGER NOT NULL, started_at INTEGER NOT NULL,
            number INTEGER, source INTEGER, destination INTEGER, outcome INTEGER,
            hidden INTEGER NOT NULL, due_at INTEGER, updated_at INTEGER NOT NULL, closed_at INTEGER, facts INTEGER NOT NULL,
            call_id TEXT NOT NULL, inputs BLOB NOT NULL);
        CREATE INDEX calls_by_time ON calls (account, started_at);
        CREATE INDEX calls_by_number ON calls (number, started_at) WHERE number IS NOT NULL;
        CREATE INDEX calls_by_source ON calls (source, started_at) WHERE source IS NOT NULL;
        CREATE INDEX calls_by_destination ON calls (destination, started_at) WHERE destination IS NOT NULL;
        CREATE INDEX calls_by_outcome ON calls (account, outcome, started_at) WHERE outcome IS NOT NULL;
        CREATE INDEX calls_hidden ON calls (account, started_at, hidden) WHERE hidden > 0;
        CREATE INDEX calls_open ON calls (due_at) WHERE due_at IS NOT NULL;
        CREATE TABLE call_keys (key INTEGER NOT NULL, call INTEGER NOT NULL, PRIMARY KEY (key, call)) WITHOUT ROWID;
        """
}
