internal import SQLite

/// The file of `live-calls/`.
///
/// A call is a row for as long as it is going on, in order of arrival: those that begin together, and end at about the same time, share
/// pages. The marks of calls that are over are one row for each commit, its id made of the minute and the commit's number in it.
enum LiveSchema {
    static let file = DataFileSchema(
        name: "the live-calls store",
        // "TkLv"
        applicationID: 0x546B_4C76,
        migrations: [first, leases])

    private static let first = """
        CREATE TABLE settings (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        INSERT INTO settings (name, value) VALUES ('key_first', random()), ('key_second', random());
        CREATE TABLE calls (id INTEGER PRIMARY KEY, call BLOB NOT NULL);
        CREATE TABLE destinations (
            account TEXT NOT NULL, destination TEXT NOT NULL, resets INTEGER NOT NULL, PRIMARY KEY (account, destination)) WITHOUT ROWID;
        CREATE TABLE quarters (
            account TEXT NOT NULL, destination TEXT NOT NULL, quarter INTEGER NOT NULL, attempts INTEGER NOT NULL, connections INTEGER NOT NULL,
            PRIMARY KEY (account, destination, quarter)) WITHOUT ROWID;
        CREATE TABLE rotations (
            account TEXT NOT NULL, flow TEXT NOT NULL, place TEXT NOT NULL, pointer TEXT, counters BLOB NOT NULL,
            PRIMARY KEY (account, flow, place)) WITHOUT ROWID;
        CREATE TABLE marks (id INTEGER PRIMARY KEY, hashes BLOB NOT NULL);
        """

    /// The last lease of each number, `sharer` being empty; of an overflow number one for each visitor.
    private static let leases = """
        CREATE TABLE leases (
            account TEXT NOT NULL, number INTEGER NOT NULL, sharer TEXT NOT NULL, pool TEXT NOT NULL, visitor TEXT NOT NULL, start INTEGER NOT NULL,
            end INTEGER NOT NULL, PRIMARY KEY (account, number, sharer)) WITHOUT ROWID;
        CREATE TABLE pool_counts (
            account TEXT NOT NULL, pool TEXT NOT NULL, exhausted INTEGER NOT NULL, overflow INTEGER NOT NULL, PRIMARY KEY (account, pool)) WITHOUT ROWID;
        """
}
