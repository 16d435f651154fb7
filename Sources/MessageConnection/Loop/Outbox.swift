import BasicContainers
package import MessageWire
package import ZeroMQ

/// Messages on their way out. Small ones queued in one turn of the loop become one BATCH frame.
///
/// A message is copied once, into the open batch; a sealed batch is copied once more, into the frame that libzmq owns.
package final class Outbox {
    /// A batch is sealed at this size, bytes, or this number of messages: enough to make the cost of a frame vanish, and the
    /// receiver still gets its turn.
    package static let batchSize = 64 * 1024
    package static let batchItems = 256
    private static let prefix = Header.size + 4

    private let open = UnsafeMutableRawBufferPointer.allocate(byteCount: Header.size + batchSize, alignment: 8)
    private var used = Header.size
    private var items = 0
    private var sealed = UniqueArray<Message>()
    private var sent = 0
    private var mayBatch: Bool

    /// - Parameter mayBatch: whether the broker understands BATCH; a session says so anew.
    package init(mayBatch: Bool = false) {
        self.mayBatch = mayBatch
    }

    deinit {
        open.deallocate()
    }

    /// Queues one message.
    package func append(_ header: Header, metadata: [UInt8] = [], body: [UInt8] = []) {
        metadata.withUnsafeBytes { metadata in
            body.withUnsafeBytes { body in
                append(header, metadata: metadata, body: body)
            }
        }
    }

    /// Queues one message; the header's metadata length is set here.
    package func append(_ header: Header, metadata: UnsafeRawBufferPointer, body: UnsafeRawBufferPointer) {
        var header = header
        header.metadataLength = metadata.count
        let count = Header.size + metadata.count + body.count
        if count + 4 > open.count - used { seal() }
        guard count + 4 <= open.count - used else {
            // Larger than any batch: a frame of its own.
            var message = Message(count: count)
            message.withUnsafeMutableBytes { Self.write(header, metadata, body, to: $0) }
            sealed.append(message)
            return
        }
        open.putBigEndian(UInt32(truncatingIfNeeded: count), at: used)
        Self.write(header, metadata, body, to: UnsafeMutableRawBufferPointer(rebasing: open[(used + 4)..<(used + 4 + count)]))
        used += 4 + count
        items += 1
        if items == Self.batchItems || !mayBatch { seal() }
    }

    private static func write(
        _ header: Header, _ metadata: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer, to frame: UnsafeMutableRawBufferPointer
    ) {
        header.write(to: frame)
        UnsafeMutableRawBufferPointer(rebasing: frame[Header.size...]).copyMemory(from: metadata)
        UnsafeMutableRawBufferPointer(rebasing: frame[(Header.size + metadata.count)...]).copyMemory(from: body)
    }

    /// Closes the open batch: one message goes as itself.
    private func seal() {
        guard items > 0 else { return }
        let start = items == 1 ? Self.prefix : 0
        if items > 1 { Header(.batch, argument: UInt32(items)).write(to: open) }
        sealed.append(Message(copying: UnsafeRawBufferPointer(rebasing: open[start..<used])))
        used = Header.size
        items = 0
    }

    // MARK: the loop's side

    /// Starts a session with nothing queued.
    func reset(mayBatch: Bool) {
        self.mayBatch = mayBatch
        used = Header.size
        items = 0
        sealed.removeAll()
        sent = 0
    }

    /// Hands each frame to `send` until it declines one; true where all are gone.
    package func flush(_ send: (inout Message) -> Bool) -> Bool {
        seal()
        while sent < sealed.count {
            guard send(&sealed[sent]) else { return false }
            sent += 1
        }
        sealed.removeAll(keepingCapacity: true)
        sent = 0
        return true
    }
}
