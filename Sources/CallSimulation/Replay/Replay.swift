package import CallModel

/// Recorded calls through a directory that is not live yet (directory.md §5): what would have become of them.
///
/// Limits, rotation and callers' pasts begin with the first of the calls. A phone does what it did in the record; one that was not
/// dialled then answers as the one who answered did, and rings in vain where nobody did.
package struct Replay {
    private var calls: [RecordedCall] = []
    /// Test calls, and calls without an outcome.
    package private(set) var leftOut = 0

    package struct Difference: Hashable, Sendable {
        package var callID: String
        package var startedAt: Timestamp
        /// E.164.
        package var trackingNumber: String
        package var was: String
        package var wouldBe: String
    }

    package init() {}

    package var count: Int { calls.count }

    /// - Parameter record: a record as JSON (records.md §3).
    package mutating func add(_ record: DocumentValue) {
        if let call = RecordedCall(record) { calls.append(call) } else { leftOut += 1 }
    }

    /// The calls that would have gone elsewhere, in their order.
    package func differences(in draft: Directory) throws(SimulationError) -> [Difference] {
        let ordered = calls.sorted { ($0.startedAt, $0.script.id) < ($1.startedAt, $1.script.id) }
        let entries = ordered.enumerated().map { place, call in TimelineEntry(line: place + 1, at: call.startedAt, action: .call(call.script)) }
        let lines = try Simulation(directory: draft).run(entries)
        return zip(ordered, lines).compactMap { call, line in
            guard case .call(let record) = line else { return nil }
            let wouldBe = Whereabouts.text(record)
            guard wouldBe != call.whereabouts else { return nil }
            return Difference(
                callID: call.script.id, startedAt: call.startedAt, trackingNumber: call.script.to, was: call.whereabouts, wouldBe: wouldBe)
        }
    }
}
