import MessageWire

/// How the broker and what is in it look to people (wire.md §7).
extension Broker {
    var status: JSON {
        var totals = (ready: 0, leased: 0, delayed: 0, dead: 0)
        for service in services.all {
            totals.ready += services[service].ready
            totals.leased += services[service].leased
            totals.delayed += services[service].delayed
            totals.dead += services[service].dead
        }
        return [
            "broker": .string(name), "epoch": .integer(Int64(clamping: epoch)), "state": isDraining ? "draining" : "serving",
            "uptime_ms": .integer(now.monotonic - startedAt), "durability": .string(configuration.durability.rawValue),
            "peers": .integer(Int64(sessions.count)), "services": .integer(Int64(services.all.count)),
            "ready": .integer(Int64(totals.ready)), "leased": .integer(Int64(totals.leased)),
            "delayed": .integer(Int64(totals.delayed)), "dead": .integer(Int64(totals.dead)),
        ]
    }

    func describe(_ id: ServiceID) -> JSON {
        [
            "name": .string(services[id].name), "class": services[id].isDurable ? "durable" : "unary", "paused": .bool(services[id].isPaused),
            "workers": .integer(Int64(services[id].lanes.count)), "credit": .integer(credit(id)),
            "ready": .integer(Int64(services[id].ready)), "leased": .integer(Int64(services[id].leased)),
            "delayed": .integer(Int64(services[id].delayed)), "dead": .integer(Int64(services[id].dead)),
            "oldest_ms": .integer(oldest(id)),
        ]
    }

    private func credit(_ id: ServiceID) -> Int64 {
        services[id].lanes.reduce(0) { $0 + Int64(clamping: lanes[$1.index].credit) }
    }

    /// Milliseconds the one that goes next has waited.
    private func oldest(_ id: ServiceID) -> Int64 {
        guard let next = services[id].queue.next else { return 0 }
        return max(0, now.wall - requests[next.index].acceptedAt)
    }

    var peers: [JSON] {
        (0..<Int32(sessions.capacity)).filter { sessions.isTaken($0) }.map { number in
            let session = sessions[number]
            let credit = session.lanes.reduce(0) { $0 + Int64(clamping: lanes[$1.index].credit) }
            return [
                "name": .string(session.hello.name), "instance": .string(session.hello.instance),
                "role": .string(session.hello.role.rawValue), "protocol": "TLP/1",
                "services": .array(session.lanes.map { .string(services[lanes[$0.index].service].name) }),
                "leased": .integer(Int64(session.held)), "credit": .integer(credit),
                "idle_ms": .integer(now.monotonic - connections[session.connection.index].lastHeard),
            ]
        }
    }

    /// What holds up a request that waits, or that came now; `empty` where there is none, `moving` where nothing holds up what there is.
    func explain(_ id: ServiceID) -> JSON {
        var reasons: [JSON] = []
        // Workers that are busy with all there is hold nothing up.
        let isWaitedFor = services[id].ready > 0 || services[id].leased == 0
        if services[id].isPaused { reasons.append("paused") }
        if isDraining { reasons.append("draining") }
        if services[id].lanes.isEmpty, services[id].fanOut.isEmpty { reasons.append("no_workers") }
        if !services[id].lanes.isEmpty, credit(id) == 0, isWaitedFor { reasons.append("no_credit") }
        if services[id].isCapped, isWaitedFor { reasons.append("cap") }
        if services[id].heldByKey > 0 { reasons.append("ordering_key") }
        if services[id].delayed > 0 { reasons.append("delayed") }
        if services[id].ready + services[id].leased + services[id].delayed == 0 { reasons.append("empty") }
        if reasons.isEmpty { reasons.append("moving") }
        var members: [JSON.Member] = [
            JSON.Member("service", .string(services[id].name)), JSON.Member("reasons", .array(reasons)),
            JSON.Member("workers", .integer(Int64(services[id].lanes.count))), JSON.Member("credit", .integer(credit(id))),
            JSON.Member("ready", .integer(Int64(services[id].ready))), JSON.Member("leased", .integer(Int64(services[id].leased))),
            JSON.Member("delayed", .integer(Int64(services[id].delayed))),
        ]
        if let next = nextRetry(id) { members.append(JSON.Member("next_retry_ms", .integer(next))) }
        return .object(members)
    }

    private func nextRetry(_ id: ServiceID) -> Int64? {
        guard services[id].delayed > 0 else { return nil }
        var soonest: Int64?
        for number in 0..<Int32(requests.capacity) where requests.isTaken(number) {
            guard requests[number].service == id, requests[number].phase == .delayed else { continue }
            soonest = min(soonest ?? .max, requests[number].until)
        }
        return soonest.map { max(0, $0 - now.monotonic) }
    }
}
