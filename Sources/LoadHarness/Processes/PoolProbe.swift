import MessageWire
import ZeroMQ

/// A connection that asks one thing at a time and waits for the answer on its thread. The broker may come later: what was asked
/// reaches it within some milliseconds of its first breath, so that starts can be timed.
struct PoolProbe: ~Copyable {
    struct Answer {
        var status: UInt8
        var body: [UInt8]

        var json: JSON? { body.withUnsafeBytes { JSON($0) } }
    }

    /// How long the end of a process, or a stop, may go unnoticed.
    private static let step = 100

    private let socket: Socket
    private var poller: Poller
    private var incoming: Message
    private var ids: HopIDs

    /// - Throws: `LoadError` where libzmq has no socket left.
    init(_ front: String) throws(LoadError) {
        self.init(socket: try HopFrames.connect(front, reconnect: 5))
    }

    private init(socket: consuming Socket) {
        self.socket = socket
        poller = Poller(capacity: 1)
        incoming = Message()
        ids = HopIDs()
        poller.add(self.socket)
    }

    /// Asks a unary method, which may have to wait for its worker.
    ///
    /// - Parameters:
    ///   - contentType: of the body; nil: protobuf, or JSON for the broker's own services (wire.md §7).
    ///   - stop: ends the wait.
    ///   - check: called now and then meanwhile; what it throws ends the wait.
    /// - Returns: nil where no answer came in time, or the wait was stopped.
    /// - Throws: `LoadError` where libzmq fails.
    mutating func ask(
        _ path: String, _ body: [UInt8], contentType: String? = nil, seconds: UInt32 = 30, stop: StopFlag? = nil,
        check: () throws(LoadError) -> Void = {}
    ) throws(LoadError) -> Answer? {
        let id = ids.take(slot: 0)
        let header = Header(.request, flags: [.waitForReady, .idempotent], timeout: seconds * 1000, id: id)
        var message = HopFrames.message(header, metadata: try HopFrames.metadata(path, contentType: contentType), body: body)
        let end = Stopwatch.now() + UInt64(seconds) * 1_000_000_000
        do throws(ZeroMQError) { _ = try socket.send(&message) } catch { throw LoadError(error) }
        while Stopwatch.now() < end, stop?.isRaised != true {
            if let answer = try receive(id) { return answer }
            try check()
            do throws(ZeroMQError) { try poller.wait(milliseconds: Self.step) } catch { throw LoadError(error) }
        }
        return nil
    }

    /// The reply of one of the broker's own services.
    ///
    /// - Throws: `LoadError` where there is none.
    mutating func admin(_ method: String, _ request: JSON = .object([])) throws(LoadError) -> JSON {
        let answer = try ask("trunkline.pool.v1.Admin/" + method, request.utf8)
        guard let answer, answer.status == 0, let json = answer.json else {
            throw LoadError(.unreachable, "the broker does not answer \(method)")
        }
        return json
    }

    /// Whether the broker serves, once it does or does not; nil where it said nothing in time or the wait was stopped.
    mutating func isServing(
        seconds: UInt32 = 30, stop: StopFlag, check: () throws(LoadError) -> Void
    ) throws(LoadError) -> Bool? {
        let answer = try ask("grpc.health.v1.Health/Check", (["service": ""] as JSON).utf8, seconds: seconds, stop: stop, check: check)
        return answer.map { $0.json?["status"]?.string == "SERVING" }
    }

    private mutating func receive(_ id: RequestID) throws(LoadError) -> Answer? {
        do throws(ZeroMQError) {
            while try socket.receive(into: &incoming) {
                var answer: Answer?
                HopFrames.each(in: incoming) { header, body in
                    if header.type == .response, header.id == id { answer = Answer(status: header.status, body: Array(body)) }
                }
                if let answer { return answer }
            }
            return nil
        } catch {
            throw LoadError(error)
        }
    }
}
