package import CallAttribution
package import CallModel

extension SQLiteRecordStore {
    package func list(_ query: CallQuery) throws(StorageError) -> CallPage { try reading { try $0.list(query) } }

    package func figures(account: String, range: Range<Timestamp>, _ body: (CallFigures) -> Void) throws(StorageError) {
        try reading { try $0.figures(account: account, range: range, body) }
    }

    package func accounts() throws(StorageError) -> [String] { try reading { try $0.accounts() } }
}
