import MessageWire

/// One at a time for each ordering key, in order of acceptance (wire.md §3, "Order").
extension Broker {
    /// Whether the request may go: its key is free, or its own. Otherwise it waits behind the one that has it.
    mutating func takeKey(_ place: RequestPlace) -> Bool {
        let service = requests[place.index].service
        guard let key = key(of: place) else { return true }
        guard let chain = services[service].keys[key] else {
            services[service].keys[key] = KeyChain(holder: place)
            return true
        }
        guard chain.holder != place else { return true }
        requests[place.index].phase = .heldByKey
        services[service].heldByKey += 1
        requests[place.index].previous = chain.last
        requests[place.index].next = .none
        if chain.last.exists {
            requests[chain.last.index].next = place
        } else {
            services[service].keys[key]?.first = place
        }
        services[service].keys[key]?.last = place
        return false
    }

    /// Of its ordering key; nil where it has none.
    private func key(of place: RequestPlace) -> RequestDigest? {
        guard requests[place.index].isKeyed else { return nil }
        return requests[place.index].withMetadata { metadata, frame in metadata.orderingKey.map { RequestDigest($0.bytes(in: frame)) } } ?? nil
    }

    /// A request has ended: the next with its key may go.
    mutating func freeKey(of place: RequestPlace) {
        let service = requests[place.index].service
        guard let key = key(of: place), let chain = services[service].keys[key], chain.holder == place else { return }
        guard chain.first.exists else {
            services[service].keys[key] = nil
            return
        }
        leaveChain(chain.first)
        services[service].keys[key]?.holder = chain.first
        requests[chain.first.index].phase = .ready
        services[service].queue.insert(chain.first, in: &requests)
    }

    /// Takes a waiting request out of its key's chain.
    mutating func leaveChain(_ place: RequestPlace) {
        let service = requests[place.index].service
        guard let key = key(of: place) else { return }
        let (previous, next) = (requests[place.index].previous, requests[place.index].next)
        if previous.exists { requests[previous.index].next = next } else { services[service].keys[key]?.first = next }
        if next.exists { requests[next.index].previous = previous } else { services[service].keys[key]?.last = previous }
        requests[place.index].previous = .none
        requests[place.index].next = .none
        services[service].heldByKey -= 1
    }
}
