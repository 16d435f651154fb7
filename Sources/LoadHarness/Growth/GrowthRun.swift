import CallAttribution
package import CallModel
import CallStorage
import Glibc
import Threads

/// `load growth`: the record store alone, empty and with years of calls in it (performance.md P6).
package struct GrowthRun: Sendable {
    /// In the full store.
    package var calls: Int
    /// Recorded into each store, timed.
    package var sample: Int
    /// How often either sample is recorded.
    package var rounds: Int
    /// Where the stores are made; both are removed.
    package var parent: String
    /// Now, for the records.
    package var now: Timestamp
    /// What callers' numbers tell.
    package var places: (any CallerPlaces)?
    /// How often a question is asked at most.
    package var repeats = 21

    /// Inputs of one transaction at most: what a pool under load comes to.
    private static let batch = 1000

    package init(calls: Int, sample: Int, rounds: Int, parent: String, now: Timestamp, places: (any CallerPlaces)? = nil) {
        self.places = places
        self.calls = calls
        self.sample = sample
        self.rounds = rounds
        self.parent = parent
        self.now = now
    }

    /// - Throws: `LoadError` where the store fails.
    package func run(stop: StopFlag, progress: @escaping @Sendable (String) -> Void) async throws -> GrowthReport {
        try await Thread.value(named: "load-growth") { () throws(LoadError) in
            do {
                return try measure(stop, progress)
            } catch let error as StorageError {
                throw LoadError(.system, error.message)
            } catch let error as LoadError {
                throw error
            } catch {
                throw LoadError(.system, "\(error)")
            }
        }
    }

    private func measure(_ stop: StopFlag, _ progress: @escaping @Sendable (String) -> Void) throws -> GrowthReport {
        let folder = try TemporaryStore(in: parent)
        var report = GrowthReport(calls: calls, sample: sample)
        var generator = GrowthCalls(count: calls, until: now, run: 1)
        let path = folder.path + "/full"
        var next = 0
        do {
            let store = try SQLiteRecordStore(folder: path, places: places)
            while next < calls, !stop.isRaised {
                let share = min(100_000, calls - next)
                report.filling.append(try record(share, from: &next, of: &generator, into: store, stop))
                progress("\(Figures.text(next)) of \(Figures.text(calls)) calls, \(Figures.text(report.filling.last?.rate ?? 0)) calls/s")
            }
        }
        report.bytes = FolderSize.bytes(path)
        let began = Stopwatch.now()
        let full = try SQLiteRecordStore(folder: path, places: places)
        report.opening = Double(Stopwatch.now() - began) / 1000
        for round in 0..<rounds where !stop.isRaised {
            progress("recording into the full and an empty store, round \(round + 1) of \(rounds)")
            report.full.append(try record(sample, from: &next, of: &generator, into: full, stop))
            let empty = try SQLiteRecordStore(folder: folder.path + "/empty-\(round)", places: places)
            var others = GrowthCalls(count: sample, until: now, run: UInt64(round) + 2)
            var first = 0
            report.empty.append(try record(sample, from: &first, of: &others, into: empty, stop))
        }
        try ask(full, &report, stop, progress)
        try erase(full, &report, stop, progress)
        report.memory = ProcessorTime.mostMemory(of: ProcessorTime.ownID) ?? 0
        return report
    }

    /// Each batch brings new calls, and the end of those that the one before brought. Only the store's own work is timed.
    private func record(
        _ count: Int, from next: inout Int, of generator: inout GrowthCalls, into store: SQLiteRecordStore, _ stop: StopFlag
    ) throws -> GrowthReport.Recording {
        var recording = GrowthReport.Recording()
        var waiting: [CallInput] = []
        func apply(_ inputs: [CallInput]) throws {
            let (began, processor) = (Stopwatch.now(), ProcessorTime.own)
            _ = try store.apply(inputs, facts: generator.facts, now: now)
            recording.seconds += Double(Stopwatch.now() - began) / 1e9
            recording.processor += ProcessorTime.own - processor
        }
        let end = next + count
        while next < end, !stop.isRaised {
            var inputs = waiting
            waiting = []
            while next < end, inputs.count + waiting.count < Self.batch {
                let call = generator.call(next)
                inputs.append(call.exchange)
                waiting += call.events
                next += 1
                recording.calls += 1
            }
            try apply(inputs)
        }
        if !waiting.isEmpty { try apply(waiting) }
        return recording
    }

    private func ask(_ store: SQLiteRecordStore, _ report: inout GrowthReport, _ stop: StopFlag, _ progress: (String) -> Void) throws {
        for (name, query) in GrowthQuestions.all(until: now) where !stop.isRaised {
            progress("asking by \(name)")
            var page = GrowthReport.Page(name: name)
            var first: CallPage?
            page.first = try times { first = try store.list(query) }
            page.found = first?.calls.count ?? 0
            page.isShort = page.found < query.limit && first?.next != nil
            if first?.next != nil {
                var later = query
                // Some pages on, as a person who scrolls.
                for _ in 0..<5 {
                    guard let next = try store.list(later).next else { break }
                    later.cursor = next
                }
                page.later = try times { _ = try store.list(later) }
            }
            report.pages.append(page)
        }
        guard !stop.isRaised else { return }
        progress("a month's report")
        guard let zone = ZoneRules.named("America/New_York") else { throw LoadError(.conduct, "this machine knows no America/New_York; install tzdata") }
        // Of a month in the middle, and of the last.
        for (name, end) in [("a month two years ago, by source", -730.0), ("the last month, by source", 0)] {
            let until = now.advanced(bySeconds: end * 86_400)
            var count = 0
            let times = try times {
                count = 0
                var tally = ReportTally(.dimension(.source), model: .recorded, zone: zone, buckets: nil)
                try store.figures(account: GrowthCalls.account, range: until.advanced(bySeconds: -30 * 86_400)..<until) { figures in
                    count += 1
                    tally.add(figures) { store.reportNames }
                }
            }
            report.months.append(GrowthReport.Month(name: name, calls: count, times: times))
        }
    }

    /// Callers of about a call, of about ten and of about a hundred.
    private func erase(_ store: SQLiteRecordStore, _ report: inout GrowthReport, _ stop: StopFlag, _ progress: (String) -> Void) throws {
        for expected in [1, 10, 100] where !stop.isRaised {
            progress("erasing callers of about \(expected) calls")
            var (times, wiping) = (Latencies(), Latencies())
            var counts: [Int] = []
            for caller in GrowthCalls.callers(expected: expected, of: calls + rounds * sample, count: repeats) {
                let began = Stopwatch.now()
                let summary = try store.erase(caller, account: GrowthCalls.account, at: now, limit: 200)
                let erased = Stopwatch.now()
                _ = try store.wipe()
                guard summary.calls > 0 else { continue }
                times.record(erased - began)
                wiping.record(Stopwatch.now() - erased)
                counts.append(summary.calls)
            }
            guard let least = counts.min(), let most = counts.max() else { continue }
            report.erasures.append(GrowthReport.Erasure(calls: least...most, times: times.summary, wiping: wiping.summary))
        }
    }

    /// Again and again, for about a second at most.
    private func times(_ body: () throws -> Void) throws -> LatencySummary {
        var latencies = Latencies()
        let limit = Stopwatch.now() + 1_000_000_000
        for _ in 0..<repeats {
            let began = Stopwatch.now()
            try body()
            latencies.record(Stopwatch.now() - began)
            if Stopwatch.now() > limit { break }
        }
        return latencies.summary
    }
}

/// A folder that goes with the value, and all in it.
private final class TemporaryStore {
    let path: String

    init(in parent: String) throws(LoadError) {
        var template = Array("\(parent)/trunkline-growth-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw LoadError(.system, "cannot make a folder in \(parent): \(String(cString: strerror(errno)))") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { Self.remove(path) }

    private static func remove(_ path: String) {
        if let folder = opendir(path) {
            var names: [String] = []
            while let entry = readdir(folder) {
                names.append(withUnsafePointer(to: &entry.pointee.d_name) { $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) } })
            }
            closedir(folder)
            for name in names where name != "." && name != ".." { remove(path + "/" + name) }
            rmdir(path)
        } else {
            unlink(path)
        }
    }
}
