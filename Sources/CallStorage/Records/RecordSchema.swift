internal import SQLite

/// The file of `attribution/`.
///
/// A call is one row with all its inputs: its log is part of it, and the record is derived from it when it is read. Rows are in order of arrival, so that new ones go to the end. What lists and reports look at stands column by column in blocks of some thousand calls (`CallBlocks`), which are written when the calls are over. `call_keys` and `caller_calls` come in no order: they are in parts of two million rows each, and are written late (`LateIndex`, `CallerIndex`). What few calls have is indexed for those alone.
enum RecordSchema {
    static let file = DataFileSchema(
        name: "the attribution store",
        // "TkRc"
        applicationID: 0x546B_5263,
        migrations: [first, second, columns, erasing, conversions, recordedTime, web, erasingPersons, erasedPages, parts])

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

    /// What a call is in its caller's past stands in its row, and the index only says which rows are a caller's: it is never wrong for long about a call that goes on, and costs little.
    private static let second = """
        ALTER TABLE calls ADD COLUMN caller INTEGER;
        ALTER TABLE calls ADD COLUMN answered_at INTEGER;
        ALTER TABLE calls ADD COLUMN qualification INTEGER;
        CREATE TABLE caller_keys (key INTEGER NOT NULL, call INTEGER NOT NULL, PRIMARY KEY (key, call)) WITHOUT ROWID;
        INSERT INTO settings (name, value) SELECT 'callers_to_fill', last FROM (SELECT max(id) AS last FROM calls) WHERE last IS NOT NULL;
        """

    /// Blocks in place of an index for each field. The calls of an earlier file are brought into them when it is opened (`catchUp`).
    private static let columns = """
        DROP INDEX calls_by_time;
        DROP INDEX calls_by_number;
        DROP INDEX calls_by_source;
        DROP INDEX calls_by_destination;
        DROP INDEX calls_by_outcome;
        DROP INDEX calls_hidden;
        DROP TABLE caller_keys;
        \(CallBlocks.schema)
        CREATE TABLE caller_calls (
            caller INTEGER NOT NULL, started_at INTEGER NOT NULL, call INTEGER NOT NULL, account INTEGER NOT NULL, number INTEGER NOT NULL,
            PRIMARY KEY (caller, started_at, call)) WITHOUT ROWID;
        \(LateRows.schema)
        """

    /// The two indexes in parts. They are made anew when the file is opened (`catchUp`).
    private static let parts = """
        DROP TABLE call_keys;
        DROP TABLE caller_calls;
        DELETE FROM settings WHERE name IN ('\(LateIndex.setting)', '\(CallerIndex.setting)');
        \(LateIndex.schema)
        \(CallerIndex.schema)
        \(erasedCalls)
        """
}
