import CallAttribution
import CallModel
import CallServices
import CallStorage
import Dispatch
import Synchronization
import Testing

@Suite("Reading beside recording")
struct BrowsingTests {
    private static let start = Timestamp(milliseconds: 1_780_495_200_000)

    private static func arrival(_ place: Int) -> CallInput {
        var event = CallEvent(callID: "c\(place)", kind: .arrived, at: Timestamp(milliseconds: start.milliseconds + Int64(place)))
        event.to = "+12125550100"
        return .event(event)
    }

    @Test("a long report ends with what there was when it began, while batches are stored, and what is acknowledged is found")
    func report() async throws {
        let folder = TemporaryFolder()
        let ledger = RecordLedger(store: try SQLiteRecordStore(folder: folder.path))
        _ = try ledger.store((0..<100).map(Self.arrival), now: Self.start)
        let query = CallQuery(.unmatched)
        let counts = try ledger.browse { view throws(StorageError) -> [Int] in
            // The report is under way, and yet others store.
            let before = try Self.count(view, query)
            let stored = Mutex(false)
            let isDone = DispatchSemaphore(value: 0)
            DispatchQueue.global().async {
                let summary = try? ledger.store((100..<300).map(Self.arrival), now: Self.start)
                stored.withLock { $0 = summary?.newCalls == 200 }
                isDone.signal()
            }
            isDone.wait()
            #expect(stored.withLock { $0 })
            return [before, try Self.count(view, query)]
        }
        #expect(counts == [100, 100])
        #expect(try ledger.browse { view throws(StorageError) in try Self.count(view, query) } == 300)
    }

    private static func count(_ view: any RecordView, _ query: CallQuery) throws(StorageError) -> Int {
        var query = query
        query.limit = 1000
        return try view.list(query).calls.count
    }
}
