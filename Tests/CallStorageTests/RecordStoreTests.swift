import CallAttribution
import CallModel
import CallStorage
import SQLite
import Testing

@Suite("The record store on disk")
struct RecordStoreTests {
    let folder = TestFolder()
    let facts = TestFacts()

    @Test("a call is found with its record and its events, also by the next process")
    func stored() throws {
        let inputs = [routed("c1"), told("c1", .answered, at: 5000) { $0.destinationID = "a" }, told("c1", .ended, at: 60_000)]
        do {
            let store = try SQLiteRecordStore(folder: folder.path)
            #expect(try store.apply(inputs, facts: facts, now: noon) == ApplySummary(applied: 3, repeated: 0, newCalls: 1))
        }
        let store = try SQLiteRecordStore(folder: folder.path)
        let call = try #require(try store.call("c1"))
        #expect(call.record.outcome == .answered)
        #expect(call.record.talkSeconds == 55)
        #expect(call.record.trackingName == "Number 0")
        #expect(call.record.updatedAt == noon)
        #expect(call.record.revision == 3)
        #expect(call.history.exchanges.map(CallInput.exchange) == [inputs[0]])
        #expect(call.history.events.map(CallInput.event) == Array(inputs[1...]))
        #expect(try store.call("c2") == nil)
    }

    @Test("what is told again, in the same batch, a later one or another process, changes nothing")
    func idempotent() throws {
        let inputs = [routed("c1"), told("c1", .ended, at: 60_000), routed("c1")]
        do {
            let store = try SQLiteRecordStore(folder: folder.path)
            #expect(try store.apply(inputs, facts: facts, now: noon).repeated == 1)
            #expect(try store.apply(inputs, facts: facts, now: noon.advanced(bySeconds: 9)) == ApplySummary(repeated: 3))
        }
        let store = try SQLiteRecordStore(folder: folder.path)
        #expect(try store.apply(inputs, facts: facts, now: noon.advanced(bySeconds: 9)) == ApplySummary(repeated: 3))
        #expect(try store.call("c1")?.record.updatedAt == noon)
    }

    @Test("a batch that cannot be stored leaves nothing behind, and may be sent again")
    func failure() throws {
        let store = try SQLiteRecordStore(folder: folder.path)
        _ = try store.apply([routed("c1")], facts: facts, now: noon)
        do {
            let other = try Database(path: folder.path + "/calls.db", busyTimeout: 0)
            try other.begin()
            let thrown = #expect(throws: StorageError.self) { try store.apply([routed("c2"), told("c1", .ended, at: 5)], facts: facts, now: noon) }
            #expect(thrown?.code == .unavailable)
            try other.rollback()
        }
        #expect(try store.call("c2") == nil)
        #expect(try store.call("c1")?.record.outcome == nil)
        #expect(try store.apply([routed("c2"), told("c1", .ended, at: 5)], facts: facts, now: noon) == ApplySummary(applied: 2, newCalls: 1))
        #expect(try store.call("c1")?.record.outcome == .abandoned)
    }

    @Test("a second process is refused, and what to do is said")
    func oneOwner() throws {
        let store = try SQLiteRecordStore(folder: folder.path)
        let thrown = #expect(throws: StorageError.self) { try SQLiteRecordStore(folder: folder.path) }
        #expect(thrown?.code == .folderInUse)
        #expect(thrown?.message.contains("--data") == true)
        #expect(try store.accounts() == [])
    }

    @Test("a newer file is refused and left as it is")
    func newer() throws {
        do { _ = try SQLiteRecordStore(folder: folder.path) }
        do {
            let database = try Database(path: folder.path + "/calls.db")
            try database.setUserVersion(99)
        }
        let thrown = #expect(throws: StorageError.self) { try SQLiteRecordStore(folder: folder.path) }
        #expect(thrown?.code == .incompatible)
        #expect(thrown?.message.contains("upgrade") == true)
    }

    @Test("a call without an end is closed in its time, and a later end wins")
    func overdue() throws {
        let store = try SQLiteRecordStore(folder: folder.path)
        _ = try store.apply([routed("c1"), routed("c2", at: 1), routed("c3"), told("c3", .ended, at: 9)], facts: facts, now: noon)
        #expect(try store.closeOverdue(now: noon.advanced(bySeconds: 14_399), limit: 10) == 0)
        #expect(try store.closeOverdue(now: noon.advanced(bySeconds: 14_401), limit: 1) == 1)
        #expect(try store.call("c1")?.record.outcome == .unknown)
        #expect(try store.call("c2")?.record.outcome == nil)
        #expect(try store.closeOverdue(now: noon.advanced(bySeconds: 14_401), limit: 10) == 1)
        #expect(try store.closeOverdue(now: noon.advanced(bySeconds: 14_401), limit: 10) == 0)
        _ = try store.apply([told("c1", .ended, at: 20_000)], facts: facts, now: noon)
        #expect(try store.call("c1")?.record.outcome == .missed)
    }

    @Test("a call to nobody's number is in the unmatched log with what was told")
    func unmatched() throws {
        let store = try SQLiteRecordStore(folder: folder.path)
        _ = try store.apply([rejectedUnknown("u1"), routed("c1")], facts: facts, now: noon)
        let page = try store.list(CallQuery(.unmatched))
        #expect(page.calls.map(\.record.callID) == ["u1"])
        #expect(page.calls.first?.history.dialled == "+12125559999")
        #expect(try store.list(CallQuery(.account("acme"))).calls.map(\.record.callID) == ["c1"])
    }

    @Test("pages neither skip nor double a call while new ones arrive")
    func pages() throws {
        let store = try SQLiteRecordStore(folder: folder.path)
        // Several in one millisecond.
        _ = try store.apply((0..<25).map { routed("c\($0)", at: Int64($0 / 4)) }, facts: facts, now: noon)
        var query = CallQuery(.account("acme"))
        query.limit = 7
        var seen: [String] = []
        repeat {
            let page = try store.list(query)
            seen += page.calls.map(\.record.callID)
            query.cursor = page.next
            _ = try store.apply([routed("new\(seen.count)", at: 100), routed("tie\(seen.count)", at: 6)], facts: facts, now: noon)
        } while query.cursor != nil
        #expect(seen == (0..<25).reversed().map { "c\($0)" })
        query.cursor = "x"
        #expect(throws: StorageError.self) { try store.list(query) }
        query = CallQuery(.account("acme"))
        query.limit = 0
        #expect(throws: StorageError.self) { try store.list(query) }
    }
}
