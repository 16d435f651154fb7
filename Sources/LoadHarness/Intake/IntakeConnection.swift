import MessageWire
import ZeroMQ

/// One connection of a producer of durable requests: it keeps the broker's window full, many requests to a BATCH.
final class IntakeConnection {
    let socket: Socket
    private var header: Header
    /// Metadata and body of each request.
    private let rest: [UInt8]
    private let batch: Int
    private var incoming = Message()
    private var ids = HopIDs()
    /// Places of the window that are free; empty before the broker's WELCOME.
    private var free: [Int] = []
    private var sentAt: [UInt64] = []

    init(_ endpoint: String, in context: Context, metadata: [UInt8], body: [UInt8], batch: Int) throws(ZeroMQError) {
        socket = try HopFrames.socket(endpoint, in: context)
        header = Header(.request, flags: .durable, metadataLength: metadata.count)
        rest = metadata + body
        self.batch = batch
        // Only to a peer that says it understands BATCH are answers sent so.
        var hello = HopFrames.hello(.producer, "load-intake", batch: true)
        _ = try socket.send(&hello)
    }

    /// Requests it may have out; 0 before the broker's WELCOME.
    var window: Int { sentAt.count }

    /// Requests that are out.
    var open: Int { sentAt.count - free.count }

    /// Sends as many as the window has room for, and `most`.
    ///
    /// - Returns: how many.
    func send(atMost most: Int) throws(ZeroMQError) -> Int {
        var sent = 0
        while sent < most, !free.isEmpty {
            let count = min(batch, free.count, most - sent)
            let now = Stopwatch.now()
            var message = HopFrames.batch(count, itemBytes: Header.size + rest.count) { _, item in
                let slot = free.removeLast()
                sentAt[slot] = now
                header.id = ids.take(slot: slot)
                header.write(to: item)
                UnsafeMutableRawBufferPointer(rebasing: item[Header.size...]).copyBytes(from: rest)
            }
            _ = try socket.send(&message)
            sent += count
        }
        return sent
    }

    /// Takes the next frame, if there is one.
    func receive(into intake: inout Intake) throws(ZeroMQError) -> Bool {
        guard try socket.receive(into: &incoming) else { return false }
        let now = Stopwatch.now()
        var isPinged = false
        HopFrames.each(in: incoming) { header, body in
            switch header.type {
            case .accepted, .response:
                guard let slot = ids.slot(of: header.id), slot < sentAt.count else { return }
                free.append(slot)
                if header.type == .accepted {
                    intake.latencies.record(now - sentAt[slot])
                } else {
                    intake.refusals[header.status, default: 0] += 1
                }
            case .welcome:
                let window = min(Welcome(body)?.window ?? 1, HopIDs.slots)
                sentAt = Array(repeating: 0, count: window)
                free = Array((0..<window).reversed())
            case .ping: isPinged = true
            default: break
            }
        }
        if isPinged {
            var pong = HopFrames.message(Header(.pong))
            _ = try socket.send(&pong)
        }
        return true
    }
}
