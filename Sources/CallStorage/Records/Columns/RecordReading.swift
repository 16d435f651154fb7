package import CallAttribution
package import CallModel

/// What lists and reports ask of calls.
///
/// Belongs to one thread at a time. Every method throws `StorageError`.
package protocol RecordView: AnyObject {
    /// A page of calls, the newest first.
    func list(_ query: CallQuery) throws(StorageError) -> CallPage

    /// What reports count of an account's calls, spam and test calls left out, in no order.
    ///
    /// - Parameters:
    ///   - range: of `started_at`, the end excluded.
    ///   - body: gets each call; its names are numbers of `reportNames`.
    func figures(account: String, range: Range<Timestamp>, _ body: (CallFigures) -> Void) throws(StorageError)

    /// What the names in figures stand for.
    var reportNames: any ReportNames { get }

    /// The accounts that have calls, by name.
    func accounts() throws(StorageError) -> [String]
}

/// Reads a store's calls beside it, on another thread: as they were at a moment, however long it takes.
package protocol RecordReader: RecordView {
    /// What follows is answered as of `moment`, which must be the store's own at this instant: nobody may write meanwhile.
    ///
    /// - Parameter complete: asks the store for a call by its id; most calls need no asking.
    func begin(_ moment: RecordMoment, complete: @escaping @Sendable (String) throws(StorageError) -> StoredCall?) throws(StorageError)

    /// Lets go of the moment: the file cannot forget what a reader may still see.
    func end()
}

/// A store's calls at one instant, as far as its file does not say.
package struct RecordMoment: Sendable {
    let snapshot: RecordSnapshot
}

extension RecordStore {
    /// Nil: who wants to read asks the store itself.
    package func openReader() throws(StorageError) -> sending (any RecordReader)? { nil }
    package func moment() -> RecordMoment { RecordMoment(snapshot: RecordSnapshot()) }
}

extension SQLiteRecordStore {
    package func openReader() throws(StorageError) -> sending (any RecordReader)? { try SQLiteRecordReader(path: path, key: key, places: places, indexes) }
    package func moment() -> RecordMoment { RecordMoment(snapshot: snapshot()) }
}

/// `RecordReader` on a connection of its own.
final class SQLiteRecordReader: RecordReader {
    private let reader: CallReader

    init(path: String, key: CallKey, places: PlaceLookup, _ indexes: IndexSizes) throws(StorageError) {
        reader = try storing { try CallReader(path: path + "/calls.db", key: key, places: places, indexes) }
    }

    func begin(_ moment: RecordMoment, complete: @escaping @Sendable (String) throws(StorageError) -> StoredCall?) throws(StorageError) {
        try storing { try reader.begin(moment.snapshot) }
        reader.complete = { try complete($0.callID) }
    }

    func end() { reader.end() }

    func list(_ query: CallQuery) throws(StorageError) -> CallPage { try storing { try reader.list(query) } }

    func figures(account: String, range: Range<Timestamp>, _ body: (CallFigures) -> Void) throws(StorageError) {
        try storing { try reader.figures(account: account, range: range, body) }
    }

    var reportNames: any ReportNames { StoredNames(reader: reader) }

    func accounts() throws(StorageError) -> [String] { try storing { try reader.accounts() } }
}
