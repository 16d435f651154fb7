import CallModel

/// Something that will happen in a simulated call, unless the call has moved on before.
struct Appointment {
    var at: Timestamp
    var act: Act
    /// The place of the call among the calls of the file.
    var call: Int
    /// The call's turn when it was made; an earlier one is void. Nil: holds as long as the call lasts.
    var turn: Int?

    enum Act {
        case callEnds
        case messageEnds
        /// `leg`: the place among the phones that ring together.
        case answers(leg: Int)
        case busy(leg: Int)
        case rejects(leg: Int)
        case fails(leg: Int)
        case ringingEnds
        case keypadTimesOut
        case callerHangsUp
    }
}

extension Appointment: Comparable {
    /// What comes first at one instant (directory.md §5): calls and recordings end, phones act, rings and keypads run out, callers hang up;
    /// within a class the order of the calls in the file, then that of the node.
    private var order: (Int64, Int, Int, Int) {
        let (rank, leg) =
            switch act {
            case .callEnds, .messageEnds: (0, 0)
            case .answers(let leg): (1, leg)
            case .busy(let leg): (2, leg)
            case .rejects(let leg): (3, leg)
            case .fails(let leg): (4, leg)
            case .ringingEnds, .keypadTimesOut: (5, 0)
            case .callerHangsUp: (6, 0)
            }
        return (at.milliseconds, rank, call, leg)
    }

    static func < (a: Appointment, b: Appointment) -> Bool { a.order < b.order }
    static func == (a: Appointment, b: Appointment) -> Bool { a.order == b.order }
}

/// What is to come, the earliest first: a binary heap.
struct Agenda {
    private var heap: [Appointment] = []

    var next: Appointment? { heap.first }

    mutating func add(_ appointment: Appointment) {
        heap.append(appointment)
        var place = heap.count - 1
        while place > 0, heap[place] < heap[(place - 1) / 2] {
            heap.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    mutating func takeNext() -> Appointment? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        if heap.isEmpty { return first }
        heap[0] = last
        var place = 0
        while true {
            var smallest = place
            for child in [2 * place + 1, 2 * place + 2] where child < heap.count && heap[child] < heap[smallest] { smallest = child }
            if smallest == place { return first }
            heap.swapAt(place, smallest)
            place = smallest
        }
    }
}
