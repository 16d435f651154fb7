import BasicContainers
import MessageWire
import ZeroMQ

extension Reactor {
    /// Messages larger than this travel alone: copying them would cost more than a message does.
    private static var largestBatched: Int { 16 * 1024 }

    /// Sends what is queued, each connection's messages in order and together where it understands BATCH.
    mutating func send() throws(ZeroMQError) -> [Effects.Undelivered] {
        var undelivered: [Effects.Undelivered] = []
        for index in 0..<effects.outgoing.count where effects.outgoing[index].begins {
            var next = Int32(index)
            while next >= 0 {
                let run = effects.outgoing[index].batch ? batchable(from: next) : (count: 1, bytes: 0, end: effects.outgoing[Int(next)].next)
                let delivery: Socket.Delivery
                if run.count > 1 {
                    var batch = gather(from: next, run.count, bytes: run.bytes)
                    delivery = try send(&batch, as: Int(next))
                } else {
                    delivery = try sendAlone(Int(next))
                }
                if delivery != .sent {
                    var lost = next
                    for _ in 0..<run.count {
                        undelivered.append(effects.undelivered(Int(lost), isGone: delivery == .unreachable))
                        lost = effects.outgoing[Int(lost)].next
                    }
                }
                next = run.end
            }
        }
        return undelivered
    }

    private mutating func sendAlone(_ index: Int) throws(ZeroMQError) -> Socket.Delivery {
        var message = Message()
        swap(&message, &effects.outgoing[index].message)
        return try send(&message, as: index)
    }

    private func send(_ message: inout Message, as index: Int) throws(ZeroMQError) -> Socket.Delivery {
        let isBack = effects.outgoing[index].side == .back
        let addressed = try effects.outgoing[index].routingID.withUnsafeBytes { bytes throws(ZeroMQError) in
            isBack ? try back.send(bytes, more: true) : try front.send(bytes, more: true)
        }
        guard addressed == .sent else { return addressed }
        return isBack ? try back.send(&message) : try front.send(&message)
    }

    /// How far a chain can be put into one BATCH: from `first`, so many messages of so many bytes, and what comes after.
    private func batchable(from first: Int32) -> (count: Int, bytes: Int, end: Int32) {
        var (count, bytes, next) = (0, 0, first)
        let limit = min(maxFrame - Header.size, 256 * 1024)
        while next >= 0, count < Batch.maximumItems {
            let size = effects.outgoing[Int(next)].message.count
            guard size <= Self.largestBatched, bytes + size + 4 <= limit else { break }
            (count, bytes, next) = (count + 1, bytes + size + 4, effects.outgoing[Int(next)].next)
        }
        return count > 0 ? (count, bytes, next) : (1, 0, effects.outgoing[Int(first)].next)
    }

    private func gather(from first: Int32, _ count: Int, bytes: Int) -> Message {
        var batch = Message(count: Header.size + bytes)
        batch.withUnsafeMutableBytes { out in
            Header(.batch, argument: UInt32(count)).write(to: out)
            var (offset, next) = (Header.size, first)
            for _ in 0..<count {
                effects.outgoing[Int(next)].message.withUnsafeBytes { item in
                    out.putBigEndian(UInt32(item.count), at: offset)
                    UnsafeMutableRawBufferPointer(rebasing: out[(offset + 4)...]).copyMemory(from: item)
                    offset += 4 + item.count
                }
                next = effects.outgoing[Int(next)].next
            }
        }
        return batch
    }
}
