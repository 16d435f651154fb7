extension RecordSchema {
    /// Visitors, their page views and leases, which a call's web trail is read from; and which calls were read by whom, so that what is told late finds them.
    ///
    /// Leases of one visitor that overlap are one row; those of an overflow number, where the latest answer counts, are as they were answered. `web_numbers` bounds how far back a lease that covers a moment can have begun. `web_pool_calls` are those to numbers that are leased, also as they were once: a call more than need be is derived anew, never one less. `web_due` are the calls whose row is to be derived anew.
    static let web = """
        CREATE TABLE web_accounts (account INTEGER PRIMARY KEY);
        CREATE TABLE web_visitors (id INTEGER PRIMARY KEY, account INTEGER NOT NULL, visitor TEXT NOT NULL, UNIQUE (account, visitor));
        CREATE TABLE web_views (
            id INTEGER PRIMARY KEY, visitor INTEGER NOT NULL, at INTEGER NOT NULL, page TEXT NOT NULL, referrer TEXT NOT NULL, agent TEXT NOT NULL);
        CREATE INDEX web_views_by_visitor ON web_views (visitor, at);
        CREATE TABLE web_leases (
            number INTEGER NOT NULL, start INTEGER NOT NULL, visitor INTEGER NOT NULL, end INTEGER NOT NULL, overflow INTEGER NOT NULL,
            PRIMARY KEY (number, start, visitor, end)) WITHOUT ROWID;
        CREATE TABLE web_numbers (number INTEGER PRIMARY KEY, longest INTEGER NOT NULL);
        CREATE TABLE web_refusals (
            account INTEGER NOT NULL, pool TEXT NOT NULL, at INTEGER NOT NULL, visitor INTEGER NOT NULL, PRIMARY KEY (account, pool, at, visitor)) WITHOUT ROWID;
        CREATE TABLE web_pool_calls (number INTEGER NOT NULL, started_at INTEGER NOT NULL, call INTEGER NOT NULL, PRIMARY KEY (number, started_at, call)) WITHOUT ROWID;
        CREATE TABLE web_calls (call INTEGER NOT NULL, visitor INTEGER NOT NULL, PRIMARY KEY (call, visitor)) WITHOUT ROWID;
        CREATE INDEX web_calls_by_visitor ON web_calls (visitor, call);
        CREATE TABLE web_callers (
            account INTEGER NOT NULL, caller INTEGER NOT NULL, started_at INTEGER NOT NULL, call_id TEXT NOT NULL, call INTEGER NOT NULL,
            visitor INTEGER NOT NULL, PRIMARY KEY (account, caller, started_at, call_id)) WITHOUT ROWID;
        CREATE INDEX web_callers_by_call ON web_callers (call);
        CREATE TABLE web_due (call INTEGER PRIMARY KEY);
        """
}
