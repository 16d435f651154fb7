import MessageWire
import ZeroMQ

/// From waiting to a worker, and back.
extension Broker {
    /// A request may be sent from now on. The caller dispatches.
    mutating func ready(_ place: RequestPlace) {
        let service = requests[place.index].service
        services[service].queuedBytes += requests[place.index].size
        if requests[place.index].isKeyed, !takeKey(place) { return }
        requests[place.index].phase = .ready
        services[service].queue.insert(place, in: &requests)
    }

    /// Sends what may be sent, as long as a worker has credit for it.
    mutating func dispatch(_ service: ServiceID, _ effects: inout Effects) {
        guard services.exists(service), !services[service].isPaused, !(isDraining && services[service].isDurable) else { return }
        guard !services[service].isDispatching, !lingers(service) else { return }
        while services.exists(service), !services[service].isCapped, let next = services[service].queue.next {
            let lane = chooseLane(service)
            guard lane.exists else { return }
            guard !isOver(next) else {
                // Its timer has not come round yet; it is not sent all the same.
                services[service].isDispatching = true
                due(next, &effects)
                if services.exists(service) { services[service].isDispatching = false }
                continue
            }
            services[service].queue.take(next, in: &requests)
            services[service].queuedBytes -= requests[next.index].size
            lease(next, to: lane, &effects)
        }
    }

    /// Requests that are worth a message of their own: more company would not make them cheaper.
    private static var enoughCompany: Int { 256 }

    /// Whether what waits in a service goes on waiting for company.
    private mutating func lingers(_ service: ServiceID) -> Bool {
        guard let linger = services[service].durable?.linger, linger > 0 else { return false }
        let waiting = services[service].queue.count
        let end = services[service].lastDispatch + linger
        guard waiting > 0, waiting < Self.enoughCompany, now.monotonic < end else { return false }
        lingerEnds = min(lingerEnds, end)
        return true
    }

    /// Sends what has waited long enough.
    mutating func endLingering(_ effects: inout Effects) {
        guard now.monotonic >= lingerEnds else { return }
        lingerEnds = .max
        for service in services.all where services[service].durable?.linger ?? 0 > 0 { dispatch(service, &effects) }
    }

    /// Durable: the most free credit. Unary: of two at random with credit, the one with less in flight.
    private mutating func chooseLane(_ service: ServiceID) -> LaneID {
        let count = services[service].lanes.count
        guard count > 0 else { return .none }
        if services[service].isDurable {
            var best = LaneID.none
            var most: UInt64 = 0
            for index in 0..<count {
                let lane = services[service].lanes[index]
                if lanes[lane.index].credit > most { (best, most) = (lane, lanes[lane.index].credit) }
            }
            return best
        }
        if count == 1 {
            let only = services[service].lanes[0]
            return lanes[only.index].credit > 0 ? only : .none
        }
        let start = Int(random.next() % UInt64(count))
        let first = laneWithCredit(service, from: start)
        let second = laneWithCredit(service, from: start + 1 + Int(random.next() % UInt64(count - 1)))
        guard first.exists else { return .none }
        return lanes[second.index].inFlight < lanes[first.index].inFlight ? second : first
    }

    private func laneWithCredit(_ service: ServiceID, from start: Int) -> LaneID {
        let count = services[service].lanes.count
        for step in 0..<count {
            let lane = services[service].lanes[(start + step) % count]
            if lanes[lane.index].credit > 0 { return lane }
        }
        return .none
    }

    /// Sends a TASK, and remembers who has it.
    private mutating func lease(_ place: RequestPlace, to lane: LaneID, _ effects: inout Effects) {
        let session = lanes[lane.index].session
        let service = requests[place.index].service
        lanes[lane.index].sent += 1
        lanes[lane.index].inFlight += 1
        services[service].leased += 1
        services[service].lastDispatch = now.monotonic
        hold(place, lane, session)

        let id = requests[place.index].id
        let token = seal.next(for: id, services[service].nameHash)
        requests[place.index].phase = .leased
        requests[place.index].token = token
        requests[place.index].attempts += 1
        let exchange = requests[place.index].exchange
        if exchange.exists, exchanges[exchange.index].dispatchedAt == 0 { exchanges[exchange.index].dispatchedAt = now.wall }
        let attempts = requests[place.index].attempts
        var flags = requests[place.index].flags.intersection([.idempotent, .waitForReady])
        if attempts > 1 || requests[place.index].mayHaveBeenSent { flags.insert(.redelivered) }
        let time: Int64
        if let policy = services[service].durable {
            flags.insert(.durable)
            time = policy.lease
            requests[place.index].until = now.monotonic + time
            timers.set(place.index, at: now.monotonic + time)
        } else {
            time = max(1, requests[place.index].deadline - now.monotonic)
        }
        if attempts > 1 { counters.redeliveries += 1 }
        let header = Header(
            .task, flags: flags, attempt: UInt8(clamping: attempts), timeout: UInt32(clamping: time), id: id, token: token,
            metadataLength: Int(requests[place.index].metadataLength))
        send(requests[place.index].task(header), to: sessions[session.index].connection, cargo: .task(place, delivery: token.delivery), &effects)
    }

    /// Links a request into its holder's chain.
    private mutating func hold(_ place: RequestPlace, _ lane: LaneID, _ session: SessionID) {
        let first = sessions[session.index].firstHeld
        requests[place.index].holder = lane
        requests[place.index].previous = .none
        requests[place.index].next = first
        if first.exists { requests[first.index].previous = place }
        sessions[session.index].firstHeld = place
        sessions[session.index].held += 1
    }

    /// Nobody has it any more; where it goes is the caller's to say.
    mutating func release(_ place: RequestPlace) {
        let lane = requests[place.index].holder
        let session = lanes[lane.index].session
        let (previous, next) = (requests[place.index].previous, requests[place.index].next)
        if previous.exists { requests[previous.index].next = next } else { sessions[session.index].firstHeld = next }
        if next.exists { requests[next.index].previous = previous }
        requests[place.index].previous = .none
        requests[place.index].next = .none
        requests[place.index].holder = .none
        sessions[session.index].held -= 1
        lanes[lane.index].inFlight -= 1
        services[requests[place.index].service].leased -= 1
    }

    /// Takes a request out of wherever it is; it is in no queue and with no worker afterwards.
    mutating func withdraw(_ place: RequestPlace) {
        let service = requests[place.index].service
        let size = requests[place.index].size
        switch requests[place.index].phase {
        case .ready:
            services[service].queue.remove(place, in: &requests)
            services[service].queuedBytes -= size
        case .heldByKey:
            leaveChain(place)
            services[service].queuedBytes -= size
        case .delayed:
            services[service].delayed -= 1
            services[service].queuedBytes -= size
        case .accepting:
            services[service].accepting -= 1
            services[service].queuedBytes -= size
        case .leased:
            release(place)
        case .answered:
            break
        }
    }

    /// A TASK never left: as if it had not been tried.
    mutating func takeBack(_ place: RequestPlace) {
        release(place)
        requests[place.index].attempts -= 1
        arm(place)
        ready(place)
    }

    /// Whether that delivery of the request is still out.
    func isOut(_ place: RequestPlace, _ delivery: UInt64) -> Bool {
        requests.isTaken(place.index) && requests[place.index].phase == .leased && requests[place.index].token.delivery == delivery
    }

    /// Tells whoever has it to stop.
    mutating func revoke(_ place: RequestPlace, _ effects: inout Effects) {
        let session = lanes[requests[place.index].holder.index].session
        send(
            Header(.revoke, id: requests[place.index].id, token: requests[place.index].token), to: sessions[session.index].connection,
            &effects)
    }

    /// Sets the timer of a request that waits: its time to live or deadline.
    mutating func arm(_ place: RequestPlace) {
        if requests[place.index].deadline > 0 {
            timers.set(place.index, at: requests[place.index].deadline)
        } else {
            timers.clear(place.index)
        }
    }

    /// It waits until a time, unless its deadline or time to live comes first.
    mutating func delay(_ place: RequestPlace, milliseconds: Int64) {
        let service = requests[place.index].service
        requests[place.index].phase = .delayed
        requests[place.index].until = now.monotonic + milliseconds
        services[service].delayed += 1
        services[service].queuedBytes += requests[place.index].size
        let deadline = requests[place.index].deadline
        timers.set(place.index, at: deadline > 0 ? min(deadline, now.monotonic + milliseconds) : now.monotonic + milliseconds)
    }

    /// Its deadline or time to live has passed.
    private func isOver(_ place: RequestPlace) -> Bool {
        requests[place.index].deadline > 0 && now.monotonic >= requests[place.index].deadline
    }

    /// A request's timer went off.
    mutating func due(_ place: RequestPlace, _ effects: inout Effects) {
        let isOver = isOver(place)
        switch (requests[place.index].phase, requests[place.index].isDurable) {
        case (.answered, _): deliver(place, teed: false, &effects)
        case (.leased, true): leaseOver(place, &effects)
        case (.accepting, _): break
        case (_, true) where isOver: bury(place, status: .deadlineExceeded, reason: "expired", &effects)
        case (_, false) where isOver: expire(place, &effects)
        case (.delayed, _): again(place, &effects)
        default: arm(place)
        }
    }

    /// Its delay is over.
    private mutating func again(_ place: RequestPlace, _ effects: inout Effects) {
        withdraw(place)
        arm(place)
        requeue(place, &effects)
    }

    /// Back into the queue; a unary request that nobody could take does not wait unless it said so.
    mutating func requeue(_ place: RequestPlace, _ effects: inout Effects) {
        let service = requests[place.index].service
        ready(place)
        if !requests[place.index].isDurable, services[service].lanes.isEmpty, !requests[place.index].flags.contains(.waitForReady) {
            fail(place, .unavailable, "no worker for \(services[service].name)", &effects)
        } else {
            dispatch(service, &effects)
        }
    }
}

extension Request {
    /// The message as a worker gets it. The first time the frame itself is rewritten; later a copy is.
    mutating func task(_ header: Header) -> Message {
        if isFrameShared {
            var copy = frame.withUnsafeBytes { Message(copying: $0) }
            copy.withUnsafeMutableBytes { header.write(to: $0) }
            return copy
        }
        isFrameShared = true
        frame.withUnsafeMutableBytes { header.write(to: $0) }
        return frame.share()
    }
}
