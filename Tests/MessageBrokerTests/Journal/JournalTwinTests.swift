import MessageBroker
import MessageWire
import Testing

/// Random operations, made from a seed, as a broker could send them.
struct RandomOperations {
    struct Open {
        var sequence: UInt64
        var service: ServiceID
    }

    var random: SeededGenerator
    var sequence: UInt64 = 0
    var time: Int64 = 1_000
    var open: [Open] = []

    init(seed: UInt64) {
        random = SeededGenerator(state: seed)
    }

    /// Any id that was or will be used, so that queries hit and miss.
    mutating func someID() -> RequestID {
        JournalBatch.id(.random(in: 0...(sequence + 3), using: &random))
    }

    mutating func batch() -> JournalBatch {
        var batch = JournalBatch()
        for ticket in 0..<UInt64.random(in: 1...30, using: &random) {
            time += .random(in: 0...3, using: &random)
            let service = ServiceID.random(in: 0...1, using: &random)
            switch Int.random(in: 0..<20, using: &random) {
            case 0..<7:
                sequence += 1
                let isRepeat = Int.random(in: 0..<5, using: &random) == 0
                let id = isRepeat ? JournalBatch.id(.random(in: 1...sequence, using: &random)) : JournalBatch.id(sequence)
                if Int.random(in: 0..<4, using: &random) == 0 {
                    batch.append(sequence, id: id, to: .several([jobs, ledger]), path: "test.v1.Events/Publish", at: time)
                } else {
                    batch.append(sequence, id: id, to: .one(service), path: "\(service == jobs ? "test.v1.Jobs" : "test.v1.Ledger")/Run", at: time)
                }
            case 7..<12:
                guard let one = takeOpen() else { continue }
                let progress: DeliveryProgress = Int.random(in: 0..<3, using: &random) == 0 ? .dead("max_crashes") : .settled()
                batch.operations.append(.end(sequence: one.sequence, service: one.service, progress, at: time))
            case 12..<14:
                guard let one = open.randomElement(using: &random) else { continue }
                batch.operations.append(.change(sequence: one.sequence, service: one.service, .delayed(until: time + 100)))
            case 14: batch.operations.append(.settleDead(ticket: ticket, id: someID(), service: service, at: time))
            case 15, 16: batch.operations.append(.find(ticket: ticket, id: someID()))
            case 17: batch.operations.append(.listDead(ticket: ticket, service: service, after: .random(in: 0...5, using: &random), limit: 3))
            case 18: batch.operations.append(.readDead(ticket: ticket, id: someID()))
            default:
                let ids = Bool.random(using: &random) ? nil : [someID(), someID(), someID()]
                if Bool.random(using: &random) {
                    batch.operations.append(.replay(ticket: ticket, service: service, ids: ids))
                } else {
                    batch.operations.append(.purge(ticket: ticket, service: service, ids: ids, at: time))
                }
            }
        }
        return batch
    }

    /// What the report says is open now: new requests and replayed ones.
    mutating func learn(from report: JournalReport, about batch: JournalBatch) {
        var stored: Set<UInt64> = []
        for answer in report.answers {
            if case .stored(let sequence) = answer { stored.insert(sequence) }
            if case .replayed(_, let service, let requests) = answer {
                open += requests.map { Open(sequence: $0.0.sequence, service: service) }
            }
        }
        for case .append(let entry, let services) in batch.operations where stored.contains(entry.sequence) {
            switch services {
            case .one(let service): open.append(Open(sequence: entry.sequence, service: service))
            case .several(let several): open += several.map { Open(sequence: entry.sequence, service: $0) }
            }
        }
    }

    private mutating func takeOpen() -> Open? {
        open.isEmpty ? nil : open.remove(at: .random(in: open.indices, using: &random))
    }
}

/// SplitMix64: the same numbers for the same seed, on every machine.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

@Suite struct JournalTwinTests {
    @Test(arguments: 1...8 as ClosedRange<UInt64>) func `both journals answer random operations alike, over restarts`(_ seed: UInt64) throws {
        let folder = TemporaryFolder()
        let retention = JournalRetention(window: 300, ids: 40)
        let memory = try Twin.memory.open(folder, retention: retention)
        var disk = try Twin.disk.open(folder, retention: retention)
        var operations = RandomOperations(seed: seed)
        var answers = 0
        for life in 1...4 as ClosedRange<UInt64> {
            let kept = try memory.recover()
            let read = try disk.recover()
            #expect(kept.opening.epoch == life)
            #expect(read.opening.epoch == life)
            #expect(kept.opening.lastSequence == read.opening.lastSequence)
            #expect(kept.opening.dead == read.opening.dead)
            #expect(kept.frames == read.frames)
            #expect(kept.requests.map { "\($0)" } == read.requests.map { "\($0)" })
            for _ in 0..<40 {
                let batch = operations.batch()
                let expected = memory.submit(batch)
                let report = disk.submit(batch)
                try #require(report.failure == nil)
                try #require(report.answers.map { "\($0)" } == expected.answers.map { "\($0)" })
                #expect(report.bytes == expected.bytes)
                operations.learn(from: report, about: batch)
                answers += report.answers.count
            }
            disk.journal.close()
            disk = try Twin.disk.open(folder, retention: retention)
        }
        #expect(answers > 500)
    }
}
