import CallModel

/// When calls expire, the earliest first: a binary heap. A call's deadline that was moved stands here twice; the call itself knows which holds.
struct Deadlines {
    private var heap: [(at: Timestamp, callID: String)] = []

    var count: Int { heap.count }

    init(_ calls: some Sequence<LiveCall> = EmptyCollection()) {
        // What is sorted is a heap.
        heap = calls.map { ($0.expiresAt, $0.callID) }.sorted { $0.0 < $1.0 }
    }

    mutating func add(_ at: Timestamp, _ callID: String) {
        var place = heap.count
        heap.append((at, callID))
        while place > 0, heap[place].at < heap[(place - 1) / 2].at {
            heap.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    mutating func next(until now: Timestamp) -> (at: Timestamp, callID: String)? {
        guard let first = heap.first, first.at <= now else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var place = 0
        while let least = [2 * place + 1, 2 * place + 2].filter({ $0 < heap.count }).min(by: { heap[$0].at < heap[$1].at }), heap[least].at < heap[place].at {
            heap.swapAt(place, least)
            place = least
        }
        return first
    }
}
