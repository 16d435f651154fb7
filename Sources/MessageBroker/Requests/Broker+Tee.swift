import MessageWire
import ZeroMQ

/// One durable request for every exchange of a teed service, however it ended (wire.md §3, "Tee").
extension Broker {
    /// Journals the record of an exchange whose answer is decided; the answer waits for it where `tee_ack` is `synced`.
    ///
    /// - Returns: whether a record is on its way.
    mutating func record(_ place: RequestPlace, for tee: TeeTarget, _ effects: inout Effects) -> Bool {
        let message = exchange(place, tee)
        // Calls go on when the disk is nearly full, and their records too, but not until the journal fails.
        guard journalFailure == nil, freeDisk >= Int64(configuration.diskReserve) / 4,
            hasRoom(message.count, in: tee.service),
            let (header, metadata) = message.withUnsafeBytes({ frame in try? Self.read(frame) })
        else {
            counters.drop(.teeRecord)
            return false
        }
        let record = append(message, header, metadata, to: tee.service, producer: .none, lifetime: nil, &effects)
        if !tee.early {
            effects.journal.hurry(.answer)
            let number = requests[record.index].sequence
            exchanges[requests[place.index].exchange.index].record = number
            records[number] = place
        }
        return true
    }

    /// Whether the bytes may wait in a durable service, and in those it is fanned out to.
    private func hasRoom(_ bytes: Int, in service: ServiceID) -> Bool {
        func mayTake(_ service: ServiceID) -> Bool { services[service].queuedBytes + bytes <= services[service].policy.maxQueueBytes }
        return mayTake(service) && services[service].fanOut.allSatisfy(mayTake)
    }

    /// The record itself: the REQUEST as received and the RESPONSE as it is sent, each behind its length.
    private mutating func exchange(_ place: RequestPlace, _ tee: TeeTarget) -> Message {
        let id = RequestID(v7At: now.wall, using: &random)
        var metadata: [UInt8] = []
        swap(&metadata, &recordMetadata)
        defer { swap(&metadata, &recordMetadata) }
        metadata.removeAll(keepingCapacity: true)
        describe(place, tee, in: &metadata)
        let question = requests[place.index].frame.count
        let exchange = requests[place.index].exchange.index
        let answer = exchanges[exchange].response.count
        var message = buffers.message(count: Header.size + metadata.count + 8 + question + answer)
        message.withUnsafeMutableBytes { out in
            Header(.request, flags: .durable, id: id, metadataLength: metadata.count).write(to: out)
            var offset = Header.size
            UnsafeMutableRawBufferPointer(rebasing: out[offset...]).copyBytes(from: metadata)
            offset += metadata.count
            out.putBigEndian(UInt32(question), at: offset)
            offset += 4
            let copy = UnsafeMutableRawBufferPointer(rebasing: out[offset..<offset + question])
            requests[place.index].frame.withUnsafeBytes { copy.copyMemory(from: $0) }
            exchanges[exchange].received.restore(in: copy)
            offset += question
            out.putBigEndian(UInt32(answer), at: offset)
            offset += 4
            let rest = UnsafeMutableRawBufferPointer(rebasing: out[offset...])
            exchanges[exchange].response.withUnsafeBytes { rest.copyMemory(from: $0) }
        }
        return message
    }

    /// The record's path and entries.
    private func describe(_ place: RequestPlace, _ tee: TeeTarget, in out: inout [UInt8]) {
        out.append(UInt8(tee.path.count))
        out += tee.path
        func begin(_ key: StaticString, _ count: Int) {
            out.append(UInt8(key.utf8CodeUnitCount))
            key.withUTF8Buffer { out += $0 }
            out.append(UInt8(truncatingIfNeeded: count >> 8))
            out.append(UInt8(truncatingIfNeeded: count))
        }
        func add(_ key: StaticString, _ value: some Collection<UInt8>) {
            begin(key, value.count)
            out += value
        }
        add("content-type", "application/tlp-exchange".utf8)
        begin("exchange-id", 32)
        requests[place.index].id.appendHex(to: &out)
        add("received-at", String(requests[place.index].acceptedAt).utf8)
        let dispatchedAt = exchanges[requests[place.index].exchange.index].dispatchedAt
        if dispatchedAt > 0 { add("dispatched-at", String(dispatchedAt).utf8) }
        add("ended-at", String(now.wall).utf8)
        add("deliveries", String(requests[place.index].attempts).utf8)
        _ = requests[place.index].withMetadata { metadata, frame in
            if let piece = metadata.traceparent { add("traceparent", piece.bytes(in: frame)) }
            if let piece = metadata.tenant { add("tenant", piece.bytes(in: frame)) }
            if let piece = metadata.orderingKey { add("ordering-key", piece.bytes(in: frame)) }
        }
    }
}
