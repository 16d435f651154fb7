import CallAttribution
import CallModel
import CallServices
import CallStorage
import Logging
import Synchronization
import Testing

@Suite("The attribution worker keeps a book of when a broker was up")
struct RecordedTimeBookTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private let start = Timestamp(milliseconds: 1_780_495_200_000)

    /// What brokers say at one look after the other, and when that is, in seconds after the start; at the last the book is closed.
    private func spans(_ looks: [(at: Double, uptimes: [Double])], closedAt: Double) async throws -> [[Double]] {
        let ledger = RecordLedger(store: MemoryRecordStore())
        let script = Script(looks.map(\.uptimes))
        let times = looks.map(\.at) + [closedAt]
        let book = RecordedTimeBook(ledger: ledger, brokers: script, clock: RushingClock(), logger: logger) { [start] in
            start.advanced(bySeconds: times[min(script.seen - 1, times.count - 1)])
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await book.run() }
            for await _ in script.end { break }
            group.cancelAll()
        }
        return try ledger.read { store throws(StorageError) in try store.recordedTime().spans }.map { [$0.lowerBound.seconds(since: start), $0.upperBound.seconds(since: start)] }
    }

    @Test("its times go back to the broker's start, so that the worker's own absence is no gap")
    func absence() async throws {
        #expect(try await spans([(0, [100]), (60, [160]), (4000, [4100])], closedAt: 4030) == [[-100, 4030]])
    }

    @Test("a broker that was down leaves a gap, unless another was up")
    func gap() async throws {
        #expect(try await spans([(0, [10]), (60, []), (300, [20])], closedAt: 320) == [[-10, 0], [280, 320]])
        #expect(try await spans([(0, [10, 5]), (60, [65]), (300, [20, 305])], closedAt: 320) == [[-10, 320]])
    }

    @Test("nothing is noted while no broker answers")
    func none() async throws {
        #expect(try await spans([(0, []), (60, [])], closedAt: 100).isEmpty)
    }

    /// Says at each look what comes next, and ends when all is said.
    private final class Script: BrokerUptimes {
        private let uptimes: [[Double]]
        private let place = Mutex(0)
        let end: AsyncStream<Void>
        private let ended: AsyncStream<Void>.Continuation

        init(_ uptimes: [[Double]]) {
            self.uptimes = uptimes
            (end, ended) = AsyncStream.makeStream(of: Void.self)
        }

        /// How many looks there were, the one at the end as well.
        var seen: Int { place.withLock { $0 } }

        func uptimes() async -> [Duration] {
            let place = place.withLock { place in
                place += 1
                return place
            }
            guard place <= uptimes.count else {
                // All is said: the book is closed before this look comes to anything.
                ended.yield()
                while !Task.isCancelled { await Task.yield() }
                return []
            }
            return uptimes[place - 1].map { .milliseconds(Int64($0 * 1000)) }
        }
    }
}
