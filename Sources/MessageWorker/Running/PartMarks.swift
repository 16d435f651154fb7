import MessageWire

/// How far the broker has come with a connection's parts: it answers messages in their order, so the PONG to a PING that was
/// sent after them says that it has them all.
struct PartMarks {
    /// Bytes between two marks: a few for each window, and none at all for small replies.
    private static let step = PartFlow.window / 4

    private var unmarked: [(flow: PartFlow, cost: Int)] = []
    private var unmarkedCost = 0
    private var marked: [(flow: PartFlow, cost: Int)] = []
    private var latest: UInt64 = 0

    mutating func sent(_ cost: Int, of flow: PartFlow) {
        unmarked.append((flow, cost))
        unmarkedCost += cost
    }

    /// The id of the PING that is to be sent now; nil where none is.
    mutating func next() -> RequestID? {
        guard marked.isEmpty, unmarkedCost >= Self.step else { return nil }
        swap(&marked, &unmarked)
        unmarkedCost = 0
        latest += 1
        return RequestID(high: 0, low: latest)
    }

    mutating func came(_ id: RequestID) {
        guard id == RequestID(high: 0, low: latest) else { return }
        for (flow, cost) in marked { flow.arrived(cost) }
        marked.removeAll(keepingCapacity: true)
    }

    /// The session is over, and those who wait are told by the revocation of their tasks.
    mutating func reset() {
        unmarked = []
        unmarkedCost = 0
        marked = []
    }
}
