/// Counts the handshakes of a connecting socket: the second and every later one is another connection than the one before,
/// which nothing else tells a DEALER.
///
/// It belongs to its socket's thread, and must outlive the socket: with nobody to take them, libzmq's I/O thread would wait
/// with an event in its hands.
public final class HandshakeMonitor {
    let pair: Socket

    /// Watches `socket` from here on; make it before the socket connects.
    public init(of socket: borrowing Socket, in context: Context) throws(ZeroMQError) {
        // Unique in the context, also after a socket's address was used again.
        let endpoint = "inproc://handshakes-\(UInt64.random(in: 0...UInt64.max))"
        try LibZMQ.monitorHandshakes(of: socket.raw, at: endpoint)
        pair = try Socket(.pair, in: context)
        try pair.set(.linger(0))
        try pair.connect(endpoint)
    }

    /// Handshakes since it was asked last. Does not wait.
    public func count() throws(ZeroMQError) -> Int {
        var frame = Message()
        var handshakes = 0
        // An event is two frames, of which the second is the address.
        while try pair.receive(into: &frame) {
            if frame.hasMore { handshakes += 1 }
        }
        return handshakes
    }
}
