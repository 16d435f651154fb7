import CallAttribution
import CallModel
import CallStorage
import Synchronization

extension RecordLedger {
    /// Calls erased in one transaction, so that the batches of new records in between do not wait long.
    private static let atOnce = 200

    /// Takes a caller out of all calls of an account, in shares (records.md §7). What is not done when this throws is done by the next.
    func erase(_ caller: PhoneNumber, account: String, at moment: Timestamp) throws(StorageError) -> ErasureSummary {
        var summary = ErasureSummary()
        repeat {
            let share = try books.withLock { books throws(StorageError) in
                try books.store.erase(caller, account: account, at: moment, limit: Self.atOnce)
            }
            summary.add(share)
        } while summary.isPartial
        return summary
    }

    /// Takes away what erasures left in the store's file; false where it is to be tried again.
    func wipe() throws(StorageError) -> Bool {
        // In shares, so that new records in between do not wait long.
        while try !books.withLock({ books throws(StorageError) in try books.store.clearErased() }) {}
        return try books.withLock { books throws(StorageError) in try books.store.wipe() }
    }

    /// What a number means in an account's spelling.
    func number(_ text: String, account: String) -> Caller {
        books.withLock { books in
            for directory in takeArrived() { books.facts.take(directory) }
            return PhoneNumber.parse(text, country: books.facts.country(of: account))
        }
    }
}
