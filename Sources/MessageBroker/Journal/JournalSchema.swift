import SQLite

/// The journal's tables.
///
/// A request's row and its id stay until the id is forgotten; its frame, the bulk, has a row of its own that goes when the request is settled, so that its pages are used again.
/// All three grow at their ends: sequences ascend, and so do the advised ids (UUIDv7). `progress` has one length from append to settle (`PackedProgress`), so that SQLite overwrites it in place.
enum JournalSchema {
    static let current = DataFileSchema(name: "the broker's journal", applicationID: 0x544C_504A, migrations: [first])

    private static let first = """
        CREATE TABLE setting (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
        CREATE TABLE service (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        -- target: the service it is delivered to; NULL: several, see delivery. method: the path from its last slash on.
        CREATE TABLE request (
            sequence INTEGER PRIMARY KEY,
            id BLOB NOT NULL,
            digest BLOB NOT NULL,
            service INTEGER NOT NULL,
            target INTEGER,
            accepted_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            method BLOB NOT NULL,
            progress BLOB NOT NULL
        );
        CREATE UNIQUE INDEX request_id ON request (id);
        -- Of requests that are not settled.
        CREATE TABLE body (sequence INTEGER PRIMARY KEY, frame BLOB NOT NULL);
        -- Of requests for several services.
        CREATE TABLE delivery (
            sequence INTEGER NOT NULL,
            service INTEGER NOT NULL,
            place INTEGER NOT NULL,
            progress BLOB NOT NULL,
            PRIMARY KEY (sequence, service)
        ) WITHOUT ROWID;
        CREATE TABLE dead (number INTEGER PRIMARY KEY AUTOINCREMENT, service INTEGER NOT NULL, sequence INTEGER NOT NULL);
        CREATE UNIQUE INDEX dead_service ON dead (service, number);
        CREATE UNIQUE INDEX dead_sequence ON dead (sequence, service);
        -- Settled requests in the order of their ends, numbered without a gap; the oldest are forgotten first.
        CREATE TABLE ended (number INTEGER PRIMARY KEY, sequence INTEGER NOT NULL, at INTEGER NOT NULL);
        """
}
