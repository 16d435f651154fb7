import Dispatch
import MessageBroker
import MessageWire
import Synchronization

/// Names for service numbers, as a broker keeps them.
final class NumberedServices: JournalServices {
    private let names: Mutex<[String]>

    init(_ names: [String] = ["test.v1.Jobs", "test.v1.Ledger", "test.v1.Events"]) {
        self.names = Mutex(names)
    }

    func name(of service: ServiceID) -> String {
        names.withLock { $0[Int(service)] }
    }

    func number(of name: String) -> ServiceID {
        names.withLock { names in
            if let place = names.firstIndex(of: name) { return ServiceID(place) }
            names.append(name)
            return ServiceID(names.count - 1)
        }
    }
}

let jobs: ServiceID = 0
let ledger: ServiceID = 1
let events: ServiceID = 2

/// A journal whose reports are waited for.
final class JournalBench: Sendable {
    let journal: any Journal
    private let bell = DispatchSemaphore(value: 0)

    init(_ journal: any Journal) {
        self.journal = journal
        let bell = bell
        journal.announce { bell.signal() }
    }

    /// Hands over one batch and waits for what came of it.
    func submit(_ batch: JournalBatch) -> JournalReport {
        journal.submit(batch)
        while true {
            bell.wait()
            if let report = journal.reports().first { return report }
        }
    }

    func submit(_ operations: JournalOperation...) -> JournalReport {
        var batch = JournalBatch()
        batch.operations = operations
        return submit(batch)
    }

    func recover() throws -> (opening: JournalOpening, requests: [RecoveredRequest], frames: [[UInt8]]) {
        var requests: [RecoveredRequest] = []
        var frames: [[UInt8]] = []
        let opening = try journal.recover { request, frame in
            requests.append(request)
            frames.append([UInt8](frame))
        }
        return (opening, requests, frames)
    }
}

/// One of the twins, by name, so that a test runs against both.
enum Twin: String, CaseIterable {
    case memory, disk

    func open(_ folder: borrowing TemporaryFolder, retention: JournalRetention = .long, services: NumberedServices = NumberedServices()) throws -> JournalBench {
        switch self {
        case .memory: JournalBench(MemoryJournal(services: services, retention: retention))
        case .disk: JournalBench(try SQLiteJournal(folder: folder.file("broker"), services: services, retention: retention))
        }
    }
}

extension JournalRetention {
    static let long = JournalRetention(window: 3_600_000, ids: 1_000_000)
}

extension JournalBatch {
    /// A REQUEST for `path` with a few bytes of body.
    mutating func append(
        _ sequence: UInt64, id: RequestID? = nil, to services: DeliveryServices = .one(jobs), path: String = "test.v1.Jobs/Run", at time: Int64 = 1_000
    ) {
        let start = bytes.count
        bytes += [UInt8](repeating: 7, count: Header.size) + [UInt8(path.utf8.count)] + Array(path.utf8) + Array("body \(sequence)".utf8)
        let asked: ServiceID = if case .one(let service) = services { service } else { events }
        operations.append(
            .append(
                JournalEntry(
                    sequence: sequence, id: id ?? Self.id(sequence), digest: RequestDigest(high: sequence, low: ~sequence), service: asked, acceptedAt: time,
                    expiresAt: 0, frame: start..<bytes.count), services: services))
    }

    static func id(_ number: UInt64) -> RequestID {
        RequestID(high: 0x0190_0000_0000_7000, low: number)
    }
}

extension DeliveryProgress {
    static func settled(attempts: UInt32 = 1) -> DeliveryProgress {
        var progress = DeliveryProgress(state: .settled)
        progress.attempts = attempts
        progress.lastStatus = 0
        return progress
    }

    static func dead(_ reason: String = "max_attempts") -> DeliveryProgress {
        var progress = DeliveryProgress(state: .dead)
        progress.attempts = 5
        progress.failures = 5
        progress.lastStatus = 14
        progress.lastMessage = "no route"
        progress.reason = reason
        return progress
    }

    static func delayed(until time: Int64) -> DeliveryProgress {
        var progress = DeliveryProgress(state: .delayed)
        progress.attempts = 2
        progress.failures = 1
        progress.losses = 1
        progress.lastStatus = 10
        progress.nextAttemptAt = time
        return progress
    }
}
