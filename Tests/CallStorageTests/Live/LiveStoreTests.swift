import CallModel
import CallRouting
import CallStorage
import SQLite
import Testing

@Suite("The live store")
struct LiveStoreTests {
    private static func stores(_ folder: TestFolder) throws -> [any LiveStore] {
        [MemoryLiveStore(), try SQLiteLiveStore(folder: folder.path)]
    }

    static func call(_ id: String, step: Int = 0) -> LiveCall {
        let pass = RingPass(
            considered: [
                Consideration(destinationID: "a", verdict: .skipped(.capped)), Consideration(destinationID: "b", verdict: .chosen(.rotation)),
            ], targets: ["b"], rest: [["c", "d"], []])
        return LiveCall(
            callID: id, account: "acme", step: step, fingerprint: .max - 7,
            choice: RingChoice(passes: [pass], plan: [PlannedRing(ring: 1, targets: ["c"])]),
            offers: [
                LiveOffer(
                    destinationID: "b", step: step, at: noon, until: nil, state: .ringing, isAsked: true, isConnection: true, resets: 3),
                LiveOffer(
                    destinationID: "a", step: 0, at: noon.advanced(bySeconds: -30), until: noon, state: .unanswered, isAsked: false, toldAt: noon,
                    isConnection: false, resets: 0),
            ], turn: RoundRobinTurn(flow: "main", place: "start.round_robin", members: ["a", "b"]), endedAt: noon.advanced(bySeconds: 5),
            expiresAt: noon.advanced(bySeconds: 14_400))
    }

    private static func changes() -> LiveChanges {
        var changes = LiveChanges()
        changes.calls = [call("c1"), call("c2")]
        changes.destinations = [
            CountedDestination(account: "acme", destinationID: "a", resets: 0), CountedDestination(account: "acme", destinationID: "b", resets: 3),
        ]
        changes.quarters = [
            QuarterCount(account: "acme", destinationID: "a", quarter: 1_978_328, attempts: 4, connections: 2),
            QuarterCount(account: "acme", destinationID: "b", quarter: 1_978_328, attempts: 1, connections: 1),
        ]
        changes.rotations = [
            RotationState(account: "acme", flow: "main", place: "start", pointer: "b"),
            RotationState(account: "acme", flow: "main", place: "start.then", counters: ["a": -50, "b": 50]),
        ]
        changes.marks = [OverMarks(minute: 29_674_920, hashes: [.max, 0, 5]), OverMarks(minute: 29_674_921, hashes: [7])]
        return changes
    }

    /// In an order of its own.
    private static func sorted(_ rows: LiveRows) -> LiveRows {
        var rows = rows
        rows.calls.sort { $0.callID < $1.callID }
        rows.destinations.sort { $0.destinationID < $1.destinationID }
        rows.quarters.sort { ($0.destinationID, $0.quarter) < ($1.destinationID, $1.quarter) }
        rows.rotations.sort { $0.place < $1.place }
        let minutes = Dictionary(grouping: rows.marks, by: \.minute)
        rows.marks = minutes.keys.sorted().map { OverMarks(minute: $0, hashes: (minutes[$0] ?? []).flatMap(\.hashes).sorted()) }
        return rows
    }

    @Test("What is stored is loaded the same, also by the next process; each row replaces the one of its name")
    func kept() throws {
        let folder = TestFolder()
        for store in try Self.stores(folder) {
            try store.apply(Self.changes())
            var next = LiveChanges()
            next.calls = [Self.call("c2", step: 1), Self.call("c3")]
            next.removedCalls = ["c1", "never"]
            next.quarters = [QuarterCount(account: "acme", destinationID: "a", quarter: 1_978_328, attempts: 5, connections: 3)]
            next.marks = [OverMarks(minute: 29_674_921, hashes: [8, 9])]
            try store.apply(next)
            let rows = Self.sorted(try store.load())
            #expect(rows.calls == [Self.call("c2", step: 1), Self.call("c3")])
            #expect(rows.quarters.map(\.attempts) == [5, 1])
            #expect(rows.rotations == Self.changes().rotations)
            #expect(rows.destinations == Self.changes().destinations)
            #expect(rows.marks == [OverMarks(minute: 29_674_920, hashes: [0, 5, .max]), OverMarks(minute: 29_674_921, hashes: [7, 8, 9])])
        }
        let before = try SQLiteLiveStore(folder: folder.path)
        let (rows, key) = (Self.sorted(try before.load()), before.key)
        #expect(rows.calls.map(\.callID) == ["c2", "c3"])
        #expect(key != SecretKey(first: 0, second: 0))
        try before.apply(LiveChanges())
        #expect(Self.sorted(try before.load()) == rows)
    }

    @Test("A reset takes all of a destination's quarters, and marks of earlier minutes go when told to")
    func removed() throws {
        let folder = TestFolder()
        for store in try Self.stores(folder) {
            try store.apply(Self.changes())
            var next = LiveChanges()
            next.resetDestinations = [CountedDestination(account: "acme", destinationID: "a", resets: 1)]
            next.destinations = next.resetDestinations
            next.quarters = [QuarterCount(account: "acme", destinationID: "a", quarter: 1_978_329, attempts: 1, connections: 0)]
            next.marksKeptFrom = 29_674_921
            try store.apply(next)
            let rows = Self.sorted(try store.load())
            #expect(rows.quarters.map(\.quarter) == [1_978_329, 1_978_328])
            #expect(rows.destinations.map(\.resets) == [1, 3])
            #expect(rows.marks == [OverMarks(minute: 29_674_921, hashes: [7])])
        }
    }

    @Test("Many calls that come and go leave nothing but those that are going on")
    func comingAndGoing() throws {
        let folder = TestFolder()
        let store = try SQLiteLiveStore(folder: folder.path)
        for round in 0..<50 {
            var changes = LiveChanges()
            changes.calls = (0..<20).map { Self.call("c\(round * 20 + $0)") }
            changes.removedCalls = round == 0 ? [] : (0..<20).map { "c\((round - 1) * 20 + $0)" }
            try store.apply(changes)
        }
        #expect(Self.sorted(try store.load()).calls.map(\.callID) == (980..<1000).map { "c\($0)" })
    }

    @Test("A folder has one owner")
    func owner() throws {
        let folder = TestFolder()
        let store = try SQLiteLiveStore(folder: folder.path)
        let thrown = #expect(throws: StorageError.self) { try SQLiteLiveStore(folder: folder.path) }
        #expect(thrown?.code == .folderInUse)
        #expect(try store.load().calls.isEmpty)
    }

    @Test("A newer file, one of another kind and a damaged row are refused with what to do")
    func refused() throws {
        let folder = TestFolder()
        do { _ = try SQLiteLiveStore(folder: folder.path) }
        let path = folder.path + "/live.db"
        do {
            let database = try Database(path: path)
            try database.execute("INSERT INTO calls (id, call) VALUES (1, x'0100')")
        }
        do {
            let store = try SQLiteLiveStore(folder: folder.path)
            let thrown = #expect(throws: StorageError.self) { try store.load() }
            #expect(thrown?.code == .damaged)
        }
        do {
            let database = try Database(path: path)
            try database.setUserVersion(99)
        }
        let newer = #expect(throws: StorageError.self) { try SQLiteLiveStore(folder: folder.path) }
        #expect(newer?.code == .incompatible)
        #expect(newer?.message.contains("upgrade") == true)
        let other = TestFolder()
        do { _ = try SQLiteDirectoryStore(folder: other.path) }
        do {
            let database = try Database(path: other.path + "/live.db")
            try database.execute("CREATE TABLE things (id INTEGER)")
        }
        #expect(throws: StorageError.self) { try SQLiteLiveStore(folder: other.path) }
    }
}
