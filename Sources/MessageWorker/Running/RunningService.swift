import MessageConnection
import MessageWire

/// A service on one connection of a worker that runs: its credit there, and the way its tasks take.
struct RunningService: Sendable {
    /// Where tasks that are not done inline go.
    enum Way: Sendable {
        case none
        case thread(BatchThread)
        case tasks(Handover)
    }

    let inline: (@Sendable (borrowing TaskView) throws -> TaskOutcome?)?
    let way: Way
    /// The service's name as CREDIT carries it.
    let path: [UInt8]
    private let name: [UInt8]
    /// Milliseconds that a lease is kept without a word of the handler.
    let longest: Int64
    var credit: CreditAccount
    /// Handed over at the end of the turn, together.
    var arrived: [PoolTask] = []

    /// - Parameter share: of the service's concurrency, this connection's.
    init(_ service: PoolService, way: Way, share: Int) throws(Malformed) {
        self.way = way
        if case .inline(let handle, _) = service.handler { inline = handle } else { inline = nil }
        name = Array(service.name.utf8)
        path = try MetadataBlock(path: service.name).bytes
        longest = service.longestLease.milliseconds
        credit = CreditAccount(limit: share)
    }

    func isNamed(_ bytes: UnsafeRawBufferPointer) -> Bool {
        name.count == bytes.count && name.withUnsafeBytes { $0.elementsEqual(bytes) }
    }

    mutating func handOver() {
        switch way {
        case .none: break
        case .thread(let thread): thread.put(arrived)
        case .tasks(let handover): handover.put(arrived)
        }
        arrived.removeAll(keepingCapacity: true)
    }
}

extension RunningService.Way {
    /// After the last task.
    func close() {
        switch self {
        case .none: break
        case .thread(let thread): thread.close()
        case .tasks(let handover): handover.close()
        }
    }
}
