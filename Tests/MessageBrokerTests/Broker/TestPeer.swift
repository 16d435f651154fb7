import MessageBroker
import MessageWire
import Testing

/// One connection to a `TestPool`: what it sends, and all it was sent.
final class TestPeer {
    enum State {
        case reading
        /// Its queue is full.
        case stalled
        /// Its connection is gone.
        case gone
    }

    let side: Side
    let routingID: [UInt8]
    var inbox: [Arrived] = []
    var state = State.reading
    var answersPing = true
    // The pool holds its peers.
    private unowned let pool: TestPool

    init(pool: TestPool, side: Side, routingID: [UInt8]) {
        self.pool = pool
        self.side = side
        self.routingID = routingID
    }

    // MARK: sending

    func send(_ bytes: [UInt8], isWhole: Bool = true) {
        pool.receive(bytes, isWhole: isWhole, from: self)
    }

    func send(_ header: Header, path: String = "", entries: [(String, String)] = [], _ body: [UInt8] = []) {
        send(Frame.bytes(header, path: path, entries: entries, body))
    }

    func hello(_ role: Hello.Role, services: [String] = [], name: String? = nil, instance: String = "1", batch: Bool = false) throws {
        let own = String(decoding: routingID, as: UTF8.self)
        send(Header(.hello), Hello(role: role, name: name ?? own, instance: instance, services: services, batch: batch).json.utf8)
    }

    func request(
        _ id: UInt64, _ path: String, _ body: String = "", _ flags: MessageFlags = [], timeout: UInt32 = 0, entries: [(String, String)] = []
    ) {
        send(Header(.request, flags: flags, timeout: timeout, id: .number(id)), path: path, entries: entries, Array(body.utf8))
    }

    func credit(_ service: String, _ total: UInt32) throws {
        send(Header(.credit, argument: total), path: service)
    }

    func done(_ task: Arrived, _ body: String = "", status: UInt8 = 0, timeout: UInt32 = 0, entries: [(String, String)] = []) {
        send(Header(.done, status: status, timeout: timeout, id: task.id, token: task.header.token), entries: entries, Array(body.utf8))
    }

    func nack(_ task: Arrived, after milliseconds: UInt32 = 0) {
        send(Header(.nack, timeout: milliseconds, id: task.id, token: task.header.token))
    }

    func term(_ task: Arrived, status: UInt8 = 0, _ message: String = "never") {
        send(Header(.term, status: status, id: task.id, token: task.header.token), entries: [("message", message)])
    }

    func part(_ task: Arrived, number: UInt32, _ body: String, isLast: Bool = false) {
        send(Header(.part, flags: isLast ? .last : [], argument: number, id: task.id, token: task.header.token), Array(body.utf8))
    }

    func say(_ type: MessageType, _ task: Arrived) {
        send(Header(type, id: task.id, token: task.header.token))
    }

    func cancel(_ id: UInt64) { send(Header(.cancel, id: .number(id))) }
    func query(_ id: UInt64) { send(Header(.query, id: .number(id))) }
    func bye() { send(Header(.bye)) }

    func batch(_ items: [[UInt8]]) {
        send(Frame.batch(items))
    }

    // MARK: receiving

    /// Everything that came, taken out of the inbox.
    func all() -> [Arrived] {
        defer { inbox.removeAll() }
        return inbox
    }

    /// The inbox holds exactly one message, of this type; it is taken.
    func only(_ type: MessageType, _ location: SourceLocation = #_sourceLocation) throws -> Arrived {
        let all = all()
        try #require(all.map(\.type) == [type], "\(all)", sourceLocation: location)
        return all[0]
    }

    /// Messages of one type, taken; the others stay.
    func take(_ type: MessageType) -> [Arrived] {
        defer { inbox.removeAll { $0.type == type } }
        return inbox.filter { $0.type == type }
    }

    func nothing(_ location: SourceLocation = #_sourceLocation) {
        #expect(inbox.isEmpty, "\(inbox)", sourceLocation: location)
    }

    /// The answer of a built-in service, which must be a success.
    func ask(_ method: String, _ body: JSON = [:], _ location: SourceLocation = #_sourceLocation) throws -> JSON {
        pool.nextAsk += 1
        request(0xA000_0000 + pool.nextAsk, "trunkline.pool.v1.Admin/\(method)", body.text)
        let response = try only(.response, location)
        try #require(response.status == 0, "\(response)", sourceLocation: location)
        return try #require(response.json, sourceLocation: location)
    }
}
