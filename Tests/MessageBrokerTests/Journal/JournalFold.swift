import MessageBroker
import MessageWire

/// What a history of commits says of each durable request: the journal's rules once more, as plainly as can be.
struct JournalFold {
    struct Kept {
        var sequence: UInt64
        var id: RequestID
        /// The REQUEST as it was accepted.
        var frame: Arrived
        /// By service.
        var deliveries: [String: DeliveryProgress]

        var key: String? { frame["ordering-key"] }
        /// Of a record: the exchange's id.
        var exchange: String? { frame["exchange-id"] }
    }

    private(set) var kept: [UInt64: Kept] = [:]
    private(set) var sequences: [RequestID: UInt64] = [:]
    private let names: ServiceNames

    init(_ batches: [JournalBatch], _ names: ServiceNames) {
        self.names = names
        for batch in batches { for operation in batch.operations { add(operation, batch) } }
    }

    private mutating func add(_ operation: JournalOperation, _ batch: JournalBatch) {
        switch operation {
        case .append(let entry, let services):
            guard sequences[entry.id] == nil else { return }
            let targets: [ServiceID] = switch services {
                case .one(let service): [service]
                case .several(let several): several
            }
            sequences[entry.id] = entry.sequence
            kept[entry.sequence] = Kept(
                sequence: entry.sequence, id: entry.id, frame: Arrived(Array(batch.bytes[entry.frame])),
                deliveries: Dictionary(uniqueKeysWithValues: targets.map { (names.name(of: $0), DeliveryProgress(state: .ready)) }))
        case .change(let sequence, let service, let progress), .end(let sequence, let service, let progress, _):
            kept[sequence]?.deliveries[names.name(of: service)] = progress
        case .settleDead(_, let id, let service, _):
            if let sequence = sequences[id] { raise(sequence, service) { $0.state = .settled } }
        case .replay(_, let service, let ids):
            for sequence in dead(ids) { raise(sequence, service) { ($0.state, $0.failures, $0.losses) = (.ready, 0, 0) } }
        case .purge(_, let service, let ids, _):
            for sequence in dead(ids) { raise(sequence, service) { $0.state = .settled } }
        case .find, .listDead, .readDead: break
        }
    }

    private func dead(_ ids: [RequestID]?) -> [UInt64] { ids.map { $0.compactMap { sequences[$0] } } ?? Array(kept.keys) }

    private mutating func raise(_ sequence: UInt64, _ service: ServiceID, _ change: (inout DeliveryProgress) -> Void) {
        let name = names.name(of: service)
        guard var progress = kept[sequence]?.deliveries[name], progress.state == .dead else { return }
        change(&progress)
        kept[sequence]?.deliveries[name] = progress
    }
}
