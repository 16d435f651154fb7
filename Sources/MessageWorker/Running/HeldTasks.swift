package import MessageWire

/// The tasks that were handed over and have not come back, each at a place of its own: which leases to keep, whom a REVOKE means.
///
/// Neither taking a task nor giving it back looks at the others; only a sweep does, a few times in a lease. Times are
/// milliseconds of one monotonic clock.
package struct HeldTasks {
    package enum Standing: Hashable, Sendable {
        /// Its session stands: any answer counts.
        case good
        /// Durable, and its session is over: only that it was done still counts (wire.md §5).
        case late
        /// Nobody wants an answer.
        case revoked
    }

    package struct Held: Sendable {
        package let id: RequestID
        package let token: Token
        package let service: Int
        package fileprivate(set) var standing = Standing.good
        /// Parts of its reply that were sent.
        package fileprivate(set) var parts: UInt32 = 0
        package let isDurable: Bool
        /// Zero where the task has none.
        fileprivate let lease: Int64
        /// TASK or the latest PROGRESS.
        fileprivate var renewed: Int64
        /// From then on nothing but the handler's own word renews it.
        fileprivate let keepUntil: Int64
        fileprivate var isTaken = true

        /// PROGRESS is due after a third of the lease: one that is lost, or late, leaves time for another.
        fileprivate var dueAt: Int64 { renewed + max(1, lease / 3) }
        fileprivate var isKept: Bool { isTaken && standing == .good && lease > 0 && dueAt <= keepUntil }
    }

    private var places: [Held] = []
    private var free: [Int32] = []
    /// When a lease wants renewing at the latest.
    package private(set) var nextRenewal = Int64.max

    package init() {}

    package var isEmpty: Bool { free.count == places.count }

    /// - Parameter longest: how long the lease is kept without a word of the handler.
    package mutating func take(_ task: Header, service: Int, longest: Int64, now: Int64) -> Int32 {
        let isDurable = task.flags.contains(.durable)
        let held = Held(
            id: task.id, token: task.token, service: service, isDurable: isDurable, lease: isDurable ? Int64(task.timeout) : 0,
            renewed: now, keepUntil: now + longest)
        if held.isKept { nextRenewal = min(nextRenewal, held.dueAt) }
        guard let place = free.popLast() else {
            places.append(held)
            return Int32(places.count - 1)
        }
        places[Int(place)] = held
        return place
    }

    package mutating func giveBack(_ place: Int32) -> Held {
        places[Int(place)].isTaken = false
        free.append(place)
        return places[Int(place)]
    }

    /// What the next part of its reply says; nil where nobody wants it any more.
    package mutating func nextPart(_ place: Int32, _ token: Token) -> (id: RequestID, number: UInt32)? {
        let index = Int(place)
        guard places[index].isTaken, places[index].token == token, places[index].standing == .good else { return nil }
        defer { places[index].parts += 1 }
        return (places[index].id, places[index].parts)
    }

    // MARK: leases

    /// Says for which tasks PROGRESS has to be sent now, those included that will want it soon.
    package mutating func renew(now: Int64, _ send: (Held) -> Void) {
        guard now >= nextRenewal else { return }
        nextRenewal = .max
        for index in places.indices where places[index].isKept {
            // Half a turn early, so that tasks that came apart are renewed together, and a sweep is not followed by another soon.
            if places[index].dueAt - places[index].lease / 6 <= now {
                places[index].renewed = now
                send(places[index])
                guard places[index].isKept else { continue }
            }
            nextRenewal = min(nextRenewal, places[index].dueAt)
        }
    }

    /// The handler's own sign of life; nil where the task is not held any more, or has shown one just now.
    package mutating func progress(_ place: Int32, _ token: Token, now: Int64) -> Held? {
        let index = Int(place)
        guard places[index].isTaken, places[index].token == token, places[index].standing == .good else { return nil }
        guard now - places[index].renewed >= places[index].lease / 6, places[index].lease > 0 else { return nil }
        places[index].renewed = now
        return places[index]
    }

    // MARK: revocation

    /// The place of the task that a REVOKE means; nil where it has come back already. Seldom, so that looking through all will do.
    package func place(of id: RequestID, _ token: Token) -> Int32? {
        places.firstIndex { $0.isTaken && $0.token == token && $0.id == id }.map(Int32.init)
    }

    /// False where it was already.
    package mutating func revoke(_ place: Int32) -> Bool {
        guard places[Int(place)].standing != .revoked else { return false }
        places[Int(place)].standing = .revoked
        return true
    }

    /// The session is over, and every lease of it: durable tasks become late ones.
    ///
    /// - Parameter durableToo: the worker itself is over.
    /// - Returns: the places of those that are revoked by that.
    package mutating func sessionLost(durableToo: Bool = false) -> [Int32] {
        var revoked: [Int32] = []
        for index in places.indices where places[index].isTaken && places[index].standing != .revoked {
            if places[index].isDurable, !durableToo {
                places[index].standing = .late
            } else {
                places[index].standing = .revoked
                revoked.append(Int32(index))
            }
        }
        nextRenewal = .max
        return revoked
    }
}
