/// What may be sent next in one service: by priority, tenants in turn, each tenant's in order (wire.md §3, "Order").
///
/// The requests themselves are chained through their slots; the queue keeps ends only.
struct ReadyQueue {
    private(set) var count = 0
    private var levels = [TenantRing](repeating: TenantRing(), count: 4)

    /// The request that goes next.
    var next: RequestPlace? {
        guard count > 0 else { return nil }
        for level in 0..<4 where levels[level].count > 0 { return levels[level].next }
        return nil
    }

    /// Puts a request where its order belongs: behind those accepted before it, in its tenant's lane.
    mutating func insert(_ place: RequestPlace, in requests: inout Slab<Request>) {
        let level = Int(requests[place.index].priority)
        let lane = levels[level].lane(of: requests[place.index].tenant)
        requests[place.index].ring = Int32(lane)
        let order = requests[place.index].order
        let ring = levels[level].lanes[lane]
        if !ring.last.exists || requests[ring.last.index].order < order {
            link(place, after: ring.last, level, lane, &requests)
        } else {
            // What comes back is older than nearly all that waits.
            var before = RequestPlace.none
            var after = ring.first
            while after.exists, requests[after.index].order < order {
                before = after
                after = requests[after.index].next
            }
            link(place, after: before, level, lane, &requests)
        }
        levels[level].count += 1
        count += 1
    }

    mutating func remove(_ place: RequestPlace, in requests: inout Slab<Request>) {
        let level = Int(requests[place.index].priority)
        let lane = Int(requests[place.index].ring)
        let (previous, next) = (requests[place.index].previous, requests[place.index].next)
        if previous.exists { requests[previous.index].next = next } else { levels[level].lanes[lane].first = next }
        if next.exists { requests[next.index].previous = previous } else { levels[level].lanes[lane].last = previous }
        requests[place.index].previous = .none
        requests[place.index].next = .none
        levels[level].count -= 1
        count -= 1
        levels[level].leave(lane)
    }

    /// Takes the request that `next` named, and counts its size against its tenant's turn.
    mutating func take(_ place: RequestPlace, in requests: inout Slab<Request>) {
        let level = Int(requests[place.index].priority)
        levels[level].spend(cost: 1 + requests[place.index].size / TenantRing.quantumBytes, lane: Int(requests[place.index].ring))
        remove(place, in: &requests)
    }

    private mutating func link(_ place: RequestPlace, after: RequestPlace, _ level: Int, _ lane: Int, _ requests: inout Slab<Request>) {
        let next = after.exists ? requests[after.index].next : levels[level].lanes[lane].first
        requests[place.index].previous = after
        requests[place.index].next = next
        if after.exists { requests[after.index].next = place } else { levels[level].lanes[lane].first = place }
        if next.exists { requests[next.index].previous = place } else { levels[level].lanes[lane].last = place }
    }
}

/// Deficit round robin over the tenants that have something waiting (Shreedhar and Varghese, 1995).
struct TenantRing {
    static let quantumBytes = 16 * 1024

    struct Lane {
        var tenant: UInt64
        var first = RequestPlace.none
        var last = RequestPlace.none
        /// Units of `quantumBytes` this tenant may still send in this round; below 0 it owes them.
        var deficit = 0
    }

    var count = 0
    var lanes: [Lane] = []
    private var numbers: [UInt64: Int] = [:]
    private var vacant: [Int] = []
    /// Lanes with something waiting, in turn; the first is the one whose turn it is.
    private var turn: [Int] = []

    var next: RequestPlace { lanes[turn[0]].first }

    mutating func lane(of tenant: UInt64) -> Int {
        if let number = numbers[tenant] { return number }
        let number: Int
        if let free = vacant.popLast() {
            number = free
            lanes[number] = Lane(tenant: tenant)
        } else {
            number = lanes.count
            lanes.append(Lane(tenant: tenant))
        }
        numbers[tenant] = number
        turn.append(number)
        return number
    }

    /// Called after something left a lane; an empty lane gives up its place.
    mutating func leave(_ number: Int) {
        guard !lanes[number].first.exists else { return }
        numbers[lanes[number].tenant] = nil
        vacant.append(number)
        turn.removeAll { $0 == number }
    }

    mutating func spend(cost: Int, lane number: Int) {
        guard turn.count > 1 else { return }
        // Its turn has paid for one: a lane of small requests goes in every round, one of large ones as rarely as they cost.
        lanes[number].deficit -= cost - 1
        guard let place = turn.firstIndex(of: number) else { return }
        turn.remove(at: place)
        turn.append(number)
        // Those in debt let the others pass until a round has paid for it.
        while lanes[turn[0]].deficit < 0 {
            lanes[turn[0]].deficit += 1
            turn.append(turn.removeFirst())
        }
    }
}
