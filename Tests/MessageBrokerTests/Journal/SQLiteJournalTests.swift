import Glibc
import MessageBroker
import MessageWire
import SQLite
import Testing

/// What only a journal on disk promises.
@Suite struct SQLiteJournalTests {
    func open(_ folder: borrowing TemporaryFolder, _ name: String = "broker", maximumPages: Int? = nil) throws -> JournalBench {
        JournalBench(try SQLiteJournal(folder: folder.file(name), services: NumberedServices(), retention: .long, maximumPages: maximumPages))
    }

    @Test func `what was not ended comes back in order of acceptance, with epoch, key and names`() throws {
        let folder = TemporaryFolder()
        let first = try open(folder)
        let opening = try first.recover().opening
        #expect(opening.epoch == 1)
        #expect(opening.lastSequence == 0)
        var batch = JournalBatch()
        for sequence in 1...6 as ClosedRange<UInt64> { batch.append(sequence) }
        batch.append(7, to: .several([ledger, jobs]), path: "test.v1.Events/Publish")
        batch.operations += [
            .end(sequence: 2, service: jobs, .settled(), at: 1_100), .end(sequence: 3, service: jobs, .dead(), at: 1_100),
            .change(sequence: 5, service: jobs, .delayed(until: 99_000)), .end(sequence: 7, service: ledger, .settled(), at: 1_100),
        ]
        #expect(first.submit(batch).failure == nil)
        first.journal.close()

        // Numbers are given anew in each life; names are what lasts.
        let services = NumberedServices(["test.v1.Other", "test.v1.Ledger"])
        let second = JournalBench(try SQLiteJournal(folder: folder.file("broker"), services: services, retention: .long))
        let (again, requests, frames) = try second.recover()
        #expect(again.epoch == 2)
        #expect(again.tokenKey == opening.tokenKey)
        #expect(again.lastSequence == 7)
        #expect(again.dead == ["test.v1.Jobs": 1])
        #expect(requests.map(\.entry.sequence) == [1, 4, 5, 6, 7])
        #expect(requests.map(\.service) == Array(repeating: "test.v1.Jobs", count: 5))
        #expect(requests[2].progress == .delayed(until: 99_000))
        #expect(services.name(of: requests[0].entry.service) == "test.v1.Jobs")
        #expect(frames.map { String(decoding: $0.suffix(6), as: UTF8.self) } == ["body 1", "body 4", "body 5", "body 6", "body 7"])
        second.journal.close()
    }

    @Test func `sequences are not used again after all is forgotten`() throws {
        let folder = TemporaryFolder()
        let retention = JournalRetention(window: 0, ids: 0)
        let first = try Twin.disk.open(folder, retention: retention)
        _ = try first.recover()
        var batch = JournalBatch()
        batch.append(41)
        batch.operations.append(.end(sequence: 41, service: jobs, .settled(), at: 1_000))
        #expect(first.submit(batch).failure == nil)
        first.journal.close()
        let second = try Twin.disk.open(folder, retention: retention)
        #expect(try second.recover().opening.lastSequence == 41)
        second.journal.close()
    }

    @Test func `a second owner is refused and told who the first is`() throws {
        let folder = TemporaryFolder()
        let first = try open(folder)
        _ = try first.recover()
        let error = #expect(throws: JournalError.self) { try open(folder) }
        #expect(error?.code == .owned)
        #expect(error?.message.contains("in use by another broker (process ") == true)
        first.journal.close()
    }

    @Test func `a newer file, another kind of file and a damaged one are refused and left alone`() throws {
        let folder = TemporaryFolder()
        let made = try open(folder)
        _ = try made.recover()
        made.journal.close()
        let path = folder.file("broker/journal.sqlite")

        do {
            let database = try Database(path: path)
            try database.setUserVersion(99)
        }
        let newer = #expect(throws: JournalError.self) { try open(folder) }
        #expect(newer?.code == .unusable)
        #expect(newer?.message.contains("newer version") == true)

        do {
            let database = try Database(path: path)
            try database.setPragma("application_id", "1")
        }
        #expect(#expect(throws: JournalError.self) { try open(folder) }?.code == .unusable)

        let garbage = [UInt8](repeating: 0x20, count: 4096)
        writeFile(path, garbage)
        let damaged = #expect(throws: JournalError.self) { try open(folder) }
        #expect(damaged?.code == .unusable)
        #expect(damaged?.message.contains("damaged") == true)
        #expect(readFile(path) == garbage)
    }

    @Test func `once a write has failed nothing is ever reported as stored again`() throws {
        let folder = TemporaryFolder()
        let bench = try open(folder, maximumPages: 60)
        _ = try bench.recover()
        var stored: [UInt64] = []
        var failure: JournalError?
        for sequence in 1...100_000 as ClosedRange<UInt64> where failure == nil {
            var batch = JournalBatch()
            batch.append(sequence, path: "test.v1.Jobs/" + String(repeating: "x", count: 200))
            let report = bench.submit(batch)
            failure = report.failure
            if failure == nil { stored.append(sequence) }
        }
        #expect(failure?.code == .io)
        let after = bench.submit(.find(ticket: 1, id: JournalBatch.id(1)))
        #expect(after.failure == failure)
        #expect(after.answers.isEmpty)
        bench.journal.close()

        let again = try open(folder)
        let recovered = try again.recover().requests.map(\.entry.sequence)
        #expect(recovered == stored)
        again.journal.close()
    }

    @Test func `history cut at any byte of the log is a whole number of batches`() throws {
        let folder = TemporaryFolder()
        let bench = try open(folder)
        _ = try bench.recover()
        var counts: Set<Int> = [0]
        var total = 0
        var random = SeededGenerator(state: 11)
        for _ in 0..<12 {
            var batch = JournalBatch()
            for _ in 0..<Int.random(in: 1...9, using: &random) {
                total += 1
                batch.append(UInt64(total))
            }
            #expect(bench.submit(batch).failure == nil)
            counts.insert(total)
        }
        let file = readFile(folder.file("broker/journal.sqlite"))
        let log = readFile(folder.file("broker/journal.sqlite-wal"))
        bench.journal.close()
        #expect(log.count > 100_000)

        var seen: Set<Int> = []
        var previous = 0
        for (cut, length) in stride(from: 0, through: log.count, by: 3_001).enumerated() {
            let name = "cut-\(cut)"
            _ = TemporaryFolder.make(folder.file(name))
            writeFile(folder.file("\(name)/journal.sqlite"), file)
            writeFile(folder.file("\(name)/journal.sqlite-wal"), Array(log[..<length]))
            let copy = try open(folder, name)
            let recovered = try copy.recover().requests.map(\.entry.sequence)
            #expect(recovered == Array(1..<UInt64(recovered.count + 1)))
            #expect(counts.contains(recovered.count))
            #expect(recovered.count >= previous)
            previous = recovered.count
            seen.insert(recovered.count)
            copy.journal.close()
        }
        #expect(seen.count > 5)
    }

    @Test func `the log does not grow with all that is written`() throws {
        let folder = TemporaryFolder()
        let bench = try open(folder)
        _ = try bench.recover()
        var sequence: UInt64 = 0
        for _ in 0..<300 {
            var batch = JournalBatch()
            for _ in 0..<100 {
                sequence += 1
                batch.append(sequence, path: "test.v1.Jobs/" + String(repeating: "y", count: 200))
                batch.bytes += [UInt8](repeating: 1, count: 1_000)
                guard case .append(var entry, let services) = batch.operations.removeLast() else { return }
                entry.frame = entry.frame.lowerBound..<batch.bytes.count
                batch.operations.append(.append(entry, services: services))
            }
            for ended in (sequence - 99)...sequence { batch.operations.append(.end(sequence: ended, service: jobs, .settled(), at: 1_000)) }
            #expect(bench.submit(batch).failure == nil)
        }
        // Far below the 40 MB that went through, and the file keeps no settled frame.
        #expect(readFile(folder.file("broker/journal.sqlite")).count < 20_000_000)
        bench.journal.close()
        #expect(readFile(folder.file("broker/journal.sqlite-wal")).isEmpty)
    }

    @Test func `all that was handed over before the close is worked off`() throws {
        let folder = TemporaryFolder()
        let bench = try open(folder)
        _ = try bench.recover()
        for sequence in 1...50 as ClosedRange<UInt64> {
            var batch = JournalBatch()
            batch.append(sequence)
            bench.journal.submit(batch)
        }
        bench.journal.close()
        let reports = bench.journal.reports()
        #expect(reports.flatMap(\.answers).map(\.text) == (1...50).map { "stored \($0)" })
        #expect(reports.allSatisfy { $0.freeDisk > 0 && $0.freeDisk < .max })
    }

    @Test func `a settled body is in no file after a while, with the journal idle or at work`() throws {
        let folder = TemporaryFolder()
        let period = Duration.milliseconds(50)
        let bench = JournalBench(
            try SQLiteJournal(folder: folder.file("broker"), services: NumberedServices(), retention: .long, emptyingPeriod: period))
        _ = try bench.recover()
        var batch = JournalBatch()
        for sequence in 1000...1400 as ClosedRange<UInt64> { batch.append(sequence) }
        #expect(bench.submit(batch).failure == nil)
        #expect(bodies(folder).count == 401)
        // Each third stays: pages that hold both are written anew.
        func settle(_ sequence: UInt64) { _ = bench.submit(.end(sequence: sequence, service: jobs, .settled(), at: 2_000)) }
        for sequence in 1000...1200 as ClosedRange<UInt64> where sequence % 3 > 0 { settle(sequence) }
        // At work, however long that takes.
        while bodies(folder).contains(where: { $0 <= 1200 && $0 % 3 > 0 }) {
            #expect(bench.submit(.find(ticket: 1, id: .zero)).failure == nil)
        }
        for sequence in 1201...1400 as ClosedRange<UInt64> where sequence % 3 > 0 { settle(sequence) }
        // Idle.
        while bodies(folder).contains(where: { $0 % 3 > 0 }) { sched_yield() }
        #expect(bodies(folder) == Set((1000...1400).filter { $0 % 3 == 0 }))
        bench.journal.close()
    }

    /// Which bodies of `JournalBatch.append` are anywhere in the journal's files.
    private func bodies(_ folder: borrowing TemporaryFolder) -> Set<Int> {
        let mark = Array("body ".utf8)
        var found: Set<Int> = []
        for name in ["journal.sqlite", "journal.sqlite-wal"] {
            let bytes = readFile(folder.file("broker/\(name)"))
            for place in bytes.indices.dropLast(8) where bytes[place] == mark[0] && bytes[place...].starts(with: mark) {
                if let number = Int(String(decoding: bytes[(place + 5)..<(place + 9)], as: UTF8.self)) { found.insert(number) }
            }
        }
        return found
    }
}
