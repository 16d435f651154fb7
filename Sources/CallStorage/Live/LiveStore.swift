package import CallAttribution
package import CallModel
package import CallRouting

/// Keeps what routing workers share while calls are going on (directory.md §2–§4; interfaces.md §1, "live-calls").
///
/// Belongs to one thread. Every method throws `StorageError`; after one of `apply` only `load` knows what is stored.
package protocol LiveStore: AnyObject {
    /// Hashes the ids of calls that are over; the same for as long as the store lives.
    var key: SecretKey { get }

    func load() throws(StorageError) -> LiveRows

    /// Stores the changes in one transaction that is on disk when this returns.
    func apply(_ changes: LiveChanges) throws(StorageError)

    func loadLeases() throws(StorageError) -> LeaseRows

    /// Stores the changes in one transaction that is on disk when this returns.
    func apply(_ changes: LeaseChanges) throws(StorageError)
}
