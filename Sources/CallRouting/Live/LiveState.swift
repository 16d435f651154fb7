public import CallModel

/// What is shared between all routing workers while calls are going on: limits, rotation, and the one winner of each call (directory.md §2–§4).
///
/// Pure and synchronous; whoever keeps it puts `takeChanges` on disk before an answer goes out. An answer is given once: the same question
/// again gets the same answer, and takes nothing more.
public struct LiveState: Sendable {
    var calls: [String: LiveCall] = [:]
    var counts = DestinationCounts()
    var rotations = Rotations()
    var over: RecentlyOver
    /// Destinations with limits that the question at hand names and nobody has counted yet.
    var unmet: Set<DestinationKey> = []
    private var deadlines = Deadlines()
    private var changedCalls: Set<String> = []

    /// - Parameter key: hashes the ids of calls that are over; the same for as long as the rows are kept.
    public init(key: SecretKey) { over = RecentlyOver(key) }

    /// As it was when the last of its changes was kept.
    public init(_ rows: LiveRows, key: SecretKey) {
        over = RecentlyOver(key, rows.marks)
        rotations = Rotations(rows.rotations)
        counts = DestinationCounts(rows.destinations, rows.quarters)
        deadlines = Deadlines(rows.calls)
        for call in rows.calls {
            calls[call.callID] = call
            for offer in call.offers where call.holds(offer) {
                counts.addUnderWay(counts.place(DestinationKey(account: call.account, destinationID: offer.destinationID)), 1)
            }
        }
    }

    /// What must be on disk before anybody hears of it.
    public mutating func takeChanges() -> LiveChanges {
        var changes = LiveChanges()
        for id in changedCalls {
            if let call = calls[id] { changes.calls.append(call) } else { changes.removedCalls.append(id) }
        }
        changedCalls = []
        counts.takeChanges(into: &changes)
        rotations.takeChanges(into: &changes)
        over.takeChanges(into: &changes)
        return changes
    }

    /// Frees what calls hold that have had no end for too long, and forgets which calls are over when nobody can ask any more.
    ///
    /// Every question and event does so too.
    public mutating func expire(now: Timestamp) {
        over.expire(now: now)
        while let due = deadlines.next(until: now) {
            guard let call = calls[due.callID], call.expiresAt == due.at else { continue }
            finish(due.callID, at: due.at, now: now)
        }
    }

    /// Sets a destination's counters back to nothing. Who rings or talks there goes on, and still counts as concurrent (directory.md §3).
    public mutating func resetLimits(account: String, destination: String) {
        counts.clear(counts.place(DestinationKey(account: account, destinationID: destination)))
    }

    /// How much of a destination's limit is used at a moment: in the period that holds it, or by the calls under way.
    public func use(of limit: Limit, account: String, destination: String, at time: Timestamp) -> Int {
        counts.known(DestinationKey(account: account, destinationID: destination)).map { counts.use($0, of: limit, at: time) } ?? 0
    }

    /// How many calls are held for somebody.
    public var callsUnderWay: Int { calls.count }

    // MARK: - Keeping calls

    /// A call that is answered by somebody who is not counted has nothing more to give back.
    mutating func keep(_ call: LiveCall) {
        if call.isOver, call.endedAt == nil, call.offers.allSatisfy({ $0.state == .unanswered }) { return forget(call.callID) }
        let isMoved = calls[call.callID]?.expiresAt != call.expiresAt
        calls[call.callID] = call
        if isMoved { deadlines.add(call.expiresAt, call.callID) }
        // Calls end long before they expire: without this their deadlines would stay for hours.
        if deadlines.count > 2 * calls.count + 1024 { deadlines = Deadlines(calls.values) }
        changedCalls.insert(call.callID)
    }

    mutating func forget(_ callID: String) {
        if calls.removeValue(forKey: callID) != nil { changedCalls.insert(callID) }
    }

    /// The call is over: everything it holds is free, and nobody rings for it any more.
    mutating func finish(_ callID: String, at time: Timestamp, now: Timestamp) {
        if var call = calls[callID] {
            for place in call.offers.indices { release(&call, place, at: time) }
            forget(callID)
        }
        over.insert(callID, now: now)
    }
}

extension LiveCall {
    /// Whether nobody is dialled for it any more.
    var isOver: Bool { choice == nil }

    /// Whether the offer counts as a call of the destination's that is under way.
    func holds(_ offer: LiveOffer) -> Bool { endedAt == nil && offer.state != .unanswered }
}
