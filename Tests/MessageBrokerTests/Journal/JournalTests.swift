import MessageBroker
import MessageWire
import Testing

/// What a journal promises, of both twins.
@Suite struct JournalTests {
    func start(_ twin: Twin, _ folder: borrowing TemporaryFolder, retention: JournalRetention = .long) throws -> JournalBench {
        let bench = try twin.open(folder, retention: retention)
        _ = try bench.recover()
        return bench
    }

    @Test(arguments: Twin.allCases) func `an append is stored, its repeat is known by the first one's digest`(_ twin: Twin) throws {
        let folder = TemporaryFolder()
        let bench = try start(twin, folder)
        var batch = JournalBatch()
        batch.append(1)
        batch.append(2)
        batch.append(3, id: JournalBatch.id(1))
        let report = bench.submit(batch)
        #expect(report.failure == nil)
        #expect(report.answers.map(\.text) == ["stored 1", "stored 2", "known 3 as 1"])
        var repeated = JournalBatch()
        repeated.append(4, id: JournalBatch.id(2))
        #expect(bench.submit(repeated).answers.map(\.text) == ["known 4 as 2"])
        bench.journal.close()
    }

    @Test(arguments: Twin.allCases) func `a settled request is remembered for the window and then forgotten`(_ twin: Twin) throws {
        let folder = TemporaryFolder()
        let bench = try start(twin, folder, retention: JournalRetention(window: 100, ids: 10))
        var batch = JournalBatch()
        batch.append(1, at: 1_000)
        batch.operations.append(.end(sequence: 1, service: jobs, .settled(), at: 1_010))
        _ = bench.submit(batch)
        var within = JournalBatch()
        within.append(2, id: JournalBatch.id(1), at: 1_109)
        #expect(bench.submit(within).answers.map(\.text) == ["known 2 as 1"])
        var behind = JournalBatch()
        behind.append(3, id: JournalBatch.id(1), at: 1_110)
        #expect(bench.submit(behind).answers.map(\.text) == ["stored 3"])
        bench.journal.close()
    }

    @Test(arguments: Twin.allCases) func `only so many ids are remembered, those that ended last`(_ twin: Twin) throws {
        let folder = TemporaryFolder()
        let bench = try start(twin, folder, retention: JournalRetention(window: 1_000_000, ids: 2))
        var batch = JournalBatch()
        for sequence in 1...4 as ClosedRange<UInt64> { batch.append(sequence) }
        for sequence in [3, 1, 4] as [UInt64] { batch.operations.append(.end(sequence: sequence, service: jobs, .settled(), at: 1_010)) }
        _ = bench.submit(batch)
        let answers = bench.submit(
            .find(ticket: 1, id: JournalBatch.id(1)), .find(ticket: 2, id: JournalBatch.id(2)), .find(ticket: 3, id: JournalBatch.id(3)),
            .find(ticket: 4, id: JournalBatch.id(4))
        ).answers
        #expect(answers.map(\.text) == ["found 1: test.v1.Jobs/Run settled", "found 2: test.v1.Jobs/Run ready", "missing 3", "found 4: test.v1.Jobs/Run settled"])
        bench.journal.close()
    }

    @Test(arguments: Twin.allCases) func `a fanned-out request is settled when its last delivery is`(_ twin: Twin) throws {
        let folder = TemporaryFolder()
        let bench = try start(twin, folder, retention: JournalRetention(window: 50, ids: 10))
        var batch = JournalBatch()
        batch.append(1, to: .several([jobs, ledger]), path: "test.v1.Events/Publish", at: 1_000)
        batch.operations.append(.end(sequence: 1, service: jobs, .settled(), at: 1_000))
        let find = JournalOperation.find(ticket: 9, id: JournalBatch.id(1))
        batch.operations.append(find)
        #expect(
            bench.submit(batch).answers.map(\.text) == [
                "stored 1", "found 9: test.v1.Jobs/Publish settled", "found 9: test.v1.Ledger/Publish ready",
            ])
        // Half of it is over for long, which forgets nothing.
        var later = JournalBatch()
        later.append(2, at: 2_000)
        later.operations.append(find)
        #expect(bench.submit(later).answers.count == 3)
        var end = JournalBatch()
        end.operations = [.end(sequence: 1, service: ledger, .settled(), at: 2_010)]
        _ = bench.submit(end)
        var last = JournalBatch()
        last.append(3, at: 2_060)
        last.operations.append(find)
        #expect(bench.submit(last).answers.map(\.text) == ["stored 3", "missing 9"])
        bench.journal.close()
    }

    @Test(arguments: Twin.allCases) func `the dead are listed in pages, read, replayed, purged and revived`(_ twin: Twin) throws {
        let folder = TemporaryFolder()
        let bench = try start(twin, folder)
        var batch = JournalBatch()
        for sequence in 1...5 as ClosedRange<UInt64> { batch.append(sequence) }
        for sequence in [5, 4, 3, 2, 1] as [UInt64] { batch.operations.append(.end(sequence: sequence, service: jobs, .dead(), at: 2_000)) }
        _ = bench.submit(batch)
        guard case .page(1, let first, let next?) = bench.submit(.listDead(ticket: 1, service: jobs, after: 0, limit: 3)).answers.first else {
            Issue.record("no page")
            return
        }
        #expect(first.map(\.entry.sequence) == [5, 4, 3])
        #expect(first.map(\.progress) == Array(repeating: .dead(), count: 3))
        #expect(first.map(\.endedAt) == [2_000, 2_000, 2_000])
        guard case .page(2, let second, nil) = bench.submit(.listDead(ticket: 2, service: jobs, after: next, limit: 3)).answers.first else {
            Issue.record("no second page")
            return
        }
        #expect(second.map(\.entry.sequence) == [2, 1])

        let read = bench.submit(.readDead(ticket: 3, id: JournalBatch.id(4)))
        guard case .found(3, 1, let delivery) = read.answers.first else {
            Issue.record("not found")
            return
        }
        #expect(String(decoding: read.bytes[delivery.entry.frame].suffix(6), as: UTF8.self) == "body 4")

        let replayed = bench.submit(.replay(ticket: 4, service: jobs, ids: [JournalBatch.id(2), JournalBatch.id(2), JournalBatch.id(77)]))
        guard case .replayed(4, jobs, let ready) = replayed.answers.first else {
            Issue.record("not replayed")
            return
        }
        #expect(ready.map(\.0.sequence) == [2])
        #expect(ready.map(\.1.attempts) == [5])
        #expect(ready.map(\.1.failures) == [0])
        #expect(ready.map { String(decoding: replayed.bytes[$0.0.frame].suffix(6), as: UTF8.self) } == ["body 2"])

        let end = bench.submit(
            .settleDead(ticket: 5, id: JournalBatch.id(5), service: jobs, at: 3_000), .settleDead(ticket: 6, id: JournalBatch.id(2), service: jobs, at: 3_000),
            .settleDead(ticket: 7, id: JournalBatch.id(3), service: ledger, at: 3_000), .purge(ticket: 8, service: jobs, ids: nil, at: 3_000),
            .find(ticket: 9, id: JournalBatch.id(3)), .readDead(ticket: 10, id: JournalBatch.id(3)))
        #expect(
            end.answers.map(\.text) == ["revived 5: true", "revived 6: false", "revived 7: false", "purged 8: 3", "found 9: test.v1.Jobs/Run settled", "missing 10"]
        )
        bench.journal.close()
    }

    @Test(arguments: Twin.allCases) func `ends and changes of requests that are not there do nothing`(_ twin: Twin) throws {
        let folder = TemporaryFolder()
        let bench = try start(twin, folder)
        var batch = JournalBatch()
        batch.append(1)
        batch.operations += [
            .change(sequence: 9, service: jobs, .delayed(until: 1)), .end(sequence: 9, service: jobs, .settled(), at: 1),
            .end(sequence: 1, service: ledger, .dead(), at: 1), .find(ticket: 1, id: JournalBatch.id(1)),
        ]
        let report = bench.submit(batch)
        #expect(report.failure == nil)
        #expect(report.answers.map(\.text) == ["stored 1", "found 1: test.v1.Jobs/Run ready"])
        bench.journal.close()
    }

    @Test(arguments: Twin.allCases) func `a path without a method is the service alone`(_ twin: Twin) throws {
        let folder = TemporaryFolder()
        let bench = try start(twin, folder)
        var batch = JournalBatch()
        batch.append(1, path: "test.v1.Jobs")
        batch.operations.append(.find(ticket: 1, id: JournalBatch.id(1)))
        #expect(bench.submit(batch).answers.map(\.text) == ["stored 1", "found 1: test.v1.Jobs ready"])
        bench.journal.close()
    }
}

extension JournalAnswer {
    /// Short enough to compare with.
    var text: String {
        switch self {
        case .stored(let sequence): "stored \(sequence)"
        case .known(let sequence, let digest): "known \(sequence) as \(digest.high)"
        case .revived(let ticket, let was): "revived \(ticket): \(was)"
        case .found(let ticket, _, let delivery): "found \(ticket): \(delivery.path) \(delivery.progress.state)"
        case .missing(let ticket): "missing \(ticket)"
        case .page(let ticket, let deliveries, let next): "page \(ticket): \(deliveries.map(\.entry.sequence)) \(next.map { "\($0)" } ?? "end")"
        case .replayed(let ticket, _, let requests): "replayed \(ticket): \(requests.map(\.0.sequence))"
        case .purged(let ticket, _, let count): "purged \(ticket): \(count)"
        }
    }
}
