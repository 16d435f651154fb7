/// How much the broker holds at this moment; all but the connections goes back to nothing when everything is done.
package struct Census: Hashable, Sendable {
    package var connections = 0
    package var sessions = 0
    package var lanes = 0
    package var requests = 0
    /// Ids in the index: of requests, and of replies that are kept.
    package var ids = 0
    package var timers = 0
    /// Requests that several connections wait for, records that an answer waits for, questions to the journal, what goes to disk.
    package var joined = 0
    package var records = 0
    package var inquiries = 0
    package var accepting = 0
    /// Over all services.
    package var queuedBytes = 0
    package var keys = 0
    package var keptBytes = 0
    /// Requests that connections still wait for.
    package var open = 0

    package init() {}
}

extension Broker {
    package var census: Census {
        var census = Census()
        census.connections = connections.count
        census.sessions = sessions.count
        census.lanes = lanes.count
        census.requests = requests.count
        census.ids = index.count
        census.timers = timers.count
        census.joined = joined.count
        census.records = records.count
        census.inquiries = inquiries.count
        census.accepting = accepting.count
        census.keptBytes = replies.bytes
        census.queuedBytes = waitingBytes
        for service in services.all {
            census.keys += services[service].keys.count
        }
        for number in 0..<Int32(connections.capacity) where connections.isTaken(number) { census.open += Int(connections[number].open) }
        return census
    }
}
