/// How long a journal remembers the ids of settled requests (wire.md §3, Idempotency).
package struct JournalRetention: Hashable, Sendable {
    /// Milliseconds after the end.
    package var window: Int64
    /// Of those that ended last.
    package var ids: Int

    package init(window: Int64, ids: Int) {
        self.window = window
        self.ids = ids
    }

    func forgets(endedAt: Int64, now: Int64) -> Bool {
        now - endedAt >= window
    }
}
