package import CallModel

/// Who wants to know the accounts' present directories. Called by one task.
package protocol DirectoryListener: Sendable {
    /// Takes directories that have come; none where it is known that there are none.
    ///
    /// - Parameter now: when they replaced the old ones.
    func take(_ directories: [Directory], at now: Timestamp)

    /// A schedule of an account's present directory was opened or closed by hand, or given back (nil); for calls in progress too.
    func set(_ manual: Schedule.Manual?, schedule: String, account: String)

    /// What continuations are sealed with; comes before the first directories, and again should it ever change.
    func take(secret: SecretKey)
}

extension DirectoryListener {
    package func set(_ manual: Schedule.Manual?, schedule: String, account: String) {}

    package func take(secret: SecretKey) {}
}
