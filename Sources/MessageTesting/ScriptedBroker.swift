import MessageConnection
package import MessageWire
import Threads
package import ZeroMQ

/// The other end of a client's or a worker's connection, under a test's control: a ROUTER that does what the script says,
/// right or wrong, and of itself only answers PING.
///
/// It lives on one thread; a script waits with time limits and never sleeps.
package final class ScriptedBroker {
    package let endpoint: String
    /// What PONG and WELCOME say.
    package var epoch: UInt32 = 1
    /// Milliseconds that WELCOME announces: short, so that three silent intervals pass quickly.
    package var heartbeat: Int64 = 100
    package var window = 1024
    package var batch = true
    /// Whether PING is answered, and with which status.
    package var pongStatus: UInt8? = 0

    private var socket: Socket
    private let context: Context
    private var poller = Poller(capacity: 1)
    private var waiting: [ReceivedMessage] = []

    package init(_ context: Context, endpoint: String = "tcp://127.0.0.1:*") throws {
        self.context = context
        socket = try Self.router(context)
        self.endpoint = try socket.bind(endpoint)
        poller.add(socket)
    }

    private static func router(_ context: Context) throws -> Socket {
        let socket = try Socket(.router, in: context)
        try socket.set(.linger(0))
        try socket.set(.routerMandatory(true))
        // A script answers as fast as it can; nothing of it may be lost.
        try socket.set(.sendHighWater(0))
        try socket.set(.receiveHighWater(0))
        return socket
    }

    /// Ends every connection and listens again at the same endpoint, as a broker that was started again does.
    package func rebind() throws {
        // The old socket goes here; libzmq gives its port back a moment later.
        socket = try Self.router(context)
        poller.replace(0, with: socket)
        let end = MonotonicTime.now() + 5000
        while true {
            do {
                try socket.bind(endpoint)
                return
            } catch {
                guard MonotonicTime.now() < end else { throw error }
                try poller.wait(milliseconds: 5)
            }
        }
    }

    // MARK: receiving

    /// The next message but for PINGs; nil where none comes in time.
    package func next(within milliseconds: Int64 = 60_000) throws -> ReceivedMessage? {
        let end = MonotonicTime.now() + milliseconds
        while true {
            if !waiting.isEmpty {
                let message = waiting.removeFirst()
                guard message.type == .ping else { return message }
                if let pongStatus { try send(Header(.pong, status: pongStatus, argument: epoch, id: message.id), message.body, to: message.peer) }
                continue
            }
            if try receiveFrame() { continue }
            let left = end - MonotonicTime.now()
            guard left > 0 else { return nil }
            try poller.wait(milliseconds: Int(left))
        }
    }

    /// The next message of that type; what comes before it is passed over.
    package func expect(_ type: MessageType, within milliseconds: Int64 = 60_000) throws -> ReceivedMessage {
        var others: [MessageType] = []
        while let message = try next(within: milliseconds) {
            if message.type == type { return message }
            others.append(message.type)
        }
        throw ScriptError("no \(type) came, only \(others)")
    }

    private func receiveFrame() throws -> Bool {
        var message = Message()
        guard try socket.receive(into: &message) else { return false }
        let peer = message.bytes
        guard try socket.receive(into: &message), !message.hasMore else { throw ScriptError("not exactly one frame") }
        try message.withUnsafeBytes { bytes in
            let header = try Header(of: bytes)
            guard header.type == .batch else {
                waiting.append(try ReceivedMessage(peer: peer, header: header, bytes: bytes, batchedWith: 1))
                return
            }
            let body = UnsafeRawBufferPointer(rebasing: bytes[Header.size...])
            let items = try Batch.items(in: body, count: header.argument)
            for item in items {
                let bytes = UnsafeRawBufferPointer(rebasing: body[item])
                waiting.append(try ReceivedMessage(peer: peer, header: Header(of: bytes), bytes: bytes, batchedWith: items.count))
            }
        }
        return true
    }

    // MARK: sending

    package static func encode(
        _ header: Header, path: String = "", entries: [(key: String, value: [UInt8])] = [], _ body: [UInt8] = []
    ) throws -> [UInt8] {
        let metadata = try MetadataBlock(path: path, entries: entries).bytes
        var header = header
        header.metadataLength = metadata.count
        var bytes = [UInt8](repeating: 0, count: Header.size)
        bytes.withUnsafeMutableBytes { header.write(to: $0) }
        return bytes + metadata + body
    }

    package func send(_ bytes: [UInt8], to peer: [UInt8]) throws {
        guard case .sent = try peer.withUnsafeBytes({ try socket.send($0, more: true) }),
            case .sent = try bytes.withUnsafeBytes({ try socket.send($0) })
        else { throw ScriptError("the peer's connection takes no message") }
    }

    package func send(
        _ header: Header, path: String = "", entries: [(key: String, value: [UInt8])] = [], _ body: [UInt8] = [], to peer: [UInt8]
    ) throws {
        try send(Self.encode(header, path: path, entries: entries, body), to: peer)
    }

    package func sendBatch(_ messages: [[UInt8]], to peer: [UInt8]) throws {
        var body: [UInt8] = []
        for message in messages {
            withUnsafeBytes(of: UInt32(message.count).bigEndian) { body += $0 }
            body += message
        }
        try send(Header(.batch, argument: UInt32(messages.count)), body, to: peer)
    }

    // MARK: what brokers do

    /// Waits for HELLO and answers it.
    @discardableResult
    package func welcome(within milliseconds: Int64 = 60_000) throws -> ReceivedMessage {
        let hello = try expect(.hello, within: milliseconds)
        let welcome = Welcome(
            broker: "scripted", epoch: UInt64(epoch), heartbeatMilliseconds: heartbeat, maxBody: 1 << 20, maxFrame: 4 << 20, window: window,
            durability: "fsync", batch: batch)
        try send(Header(.welcome), welcome.json.utf8, to: hello.peer)
        return hello
    }

    package func respond(
        to request: ReceivedMessage, _ body: [UInt8] = [], status: StatusCode = .ok, message: String? = nil, pushback: UInt32 = 0
    ) throws {
        try send(
            Header(.response, status: status.rawValue, timeout: pushback, id: request.id), entries: message.map { [("message", Array($0.utf8))] } ?? [],
            body, to: request.peer)
    }

    package func accept(_ request: ReceivedMessage, isDuplicate: Bool = false) throws {
        var entries: [(key: String, value: [UInt8])] = [("durability", Array("fsync".utf8))]
        if isDuplicate { entries.append(("duplicate", Array("1".utf8))) }
        try send(Header(.accepted, id: request.id), entries: entries, to: request.peer)
    }
}

extension ScriptedBroker {
    /// Plays `script` against what `body` does, each on its own side; gives what both came to.
    ///
    /// When the script is over the broker goes on answering PINGs until the body has ended.
    package static func play<Played: Sendable, Done>(
        _ script: @escaping @Sendable (ScriptedBroker) throws -> Played, against body: (_ endpoint: String, Context) async throws -> Done
    ) async throws -> (script: Played, body: Done) {
        let (played, done) = try await play([script]) { endpoints, context in try await body(endpoints[0], context) }
        return (played[0], done)
    }

    /// Several brokers that share nothing, each with a script and a thread of its own.
    package static func play<Played: Sendable, Done>(
        _ scripts: [@Sendable (ScriptedBroker) throws -> Played], against body: (_ endpoints: [String], Context) async throws -> Done
    ) async throws -> (scripts: [Played], body: Done) {
        let context = try Context()
        let stages = try scripts.map { _ in try Stage<Played>(context) }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            for (stage, script) in zip(stages, scripts) {
                group.addTask { try await Thread.run(named: "broker") { stage.run(script) } }
            }
            do {
                let done = try await body(stages.map(\.broker.endpoint), context)
                for stage in stages { stage.close() }
                try await group.waitForAll()
                return (try stages.map { try $0.played.get() }, done)
            } catch {
                for stage in stages { stage.close() }
                // What a script met explains more than what it led to.
                _ = try await group.waitForAll()
                for case .failure(let cause) in stages.map(\.played) { throw cause }
                throw error
            }
        }
    }
}
