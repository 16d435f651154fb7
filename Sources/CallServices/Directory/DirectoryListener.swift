package import CallModel

/// Who wants to know the accounts' present directories.
package protocol DirectoryListener: Sendable {
    /// Takes directories that have come; none where it is known that there are none. Called by one task.
    ///
    /// - Parameter now: when they replaced the old ones.
    func take(_ directories: [Directory], at now: Timestamp)
}
