package import CallAttribution
package import CallModel
package import CallRouting

/// The live store without a disk.
package final class MemoryLiveStore: LiveStore {
    package let key: SecretKey
    private var calls: [String: LiveCall] = [:]
    private var destinations: [[String]: CountedDestination] = [:]
    private var quarters: [[String]: [Int: QuarterCount]] = [:]
    private var rotations: [[String]: RotationState] = [:]
    private var marks: [Int: [UInt64]] = [:]
    private var leases: [[String]: NumberLease] = [:]
    private var counts: [[String]: PoolCounts] = [:]

    package init(key: SecretKey = .open) { self.key = key }

    package func load() throws(StorageError) -> LiveRows {
        var rows = LiveRows()
        rows.calls = Array(calls.values)
        rows.destinations = Array(destinations.values)
        rows.quarters = quarters.values.flatMap(\.values)
        rows.rotations = Array(rotations.values)
        rows.marks = marks.map { OverMarks(minute: $0, hashes: $1) }
        return rows
    }

    package func apply(_ changes: LiveChanges) throws(StorageError) {
        for id in changes.removedCalls { calls[id] = nil }
        for call in changes.calls { calls[call.callID] = call }
        for row in changes.resetDestinations { quarters[[row.account, row.destinationID]] = nil }
        for row in changes.destinations { destinations[[row.account, row.destinationID]] = row }
        for row in changes.quarters { quarters[[row.account, row.destinationID], default: [:]][row.quarter] = row }
        for row in changes.rotations { rotations[[row.account, row.flow, row.place]] = row }
        if let kept = changes.marksKeptFrom { marks = marks.filter { $0.key >= kept } }
        for row in changes.marks { marks[row.minute, default: []] += row.hashes }
    }

    package func loadLeases() throws(StorageError) -> LeaseRows {
        var rows = LeaseRows()
        rows.leases = Array(leases.values)
        rows.counts = Array(counts.values)
        return rows
    }

    package func apply(_ changes: LeaseChanges) throws(StorageError) {
        for lease in changes.removed { leases[lease.key] = nil }
        for lease in changes.leases { leases[lease.key] = lease }
        for row in changes.counts { counts[[row.account, row.pool]] = row }
    }
}

extension NumberLease {
    /// Who shares the number; empty where nobody does.
    var sharer: String { isOverflow ? visitor : "" }

    fileprivate var key: [String] { [account, number.e164, sharer] }
}
