import MessageTesting
import Testing
import ZeroMQ

@Suite(.mayBlock) struct SocketTests {
    @Test(arguments: Transport.allCases) func `messages of every size come back as they went`(_ transport: Transport) throws {
        let folder = SocketFolder()
        let context = try Context()
        let router = try Socket(.router, in: context)
        let endpoint = try router.bind(transport.endpoint(folder))
        let dealer = try Socket(.dealer, in: context)
        try dealer.connect(endpoint)
        for size in [0, 1, 33, 34, 1 << 20] {
            let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            #expect(try dealer.send([body]) == .sent)
            let arrived = try #require(try router.next())
            #expect(arrived.count == 2 && arrived[1] == body, "\(size) bytes")
            #expect(try router.send([arrived[0], body + [7]]) == .sent)
            #expect(try dealer.next() == [body + [7]])
        }
    }

    @Test(arguments: Transport.allCases) func `frames of one message arrive together and in order`(_ transport: Transport) throws {
        let folder = SocketFolder()
        let context = try Context()
        let left = try Socket(.pair, in: context)
        let endpoint = try left.bind(transport.endpoint(folder))
        let right = try Socket(.pair, in: context)
        try right.connect(endpoint)
        let frames: [[UInt8]] = [[1], [], [2, 2], [UInt8](repeating: 3, count: 5000)]
        #expect(try right.send(frames) == .sent)
        #expect(try left.next() == frames)
        var message = Message()
        #expect(try left.receive(into: &message) == false)
    }

    @Test func `a bound tcp endpoint names the port that the system chose`() throws {
        let context = try Context()
        let socket = try Socket(.router, in: context)
        let endpoint = try socket.bind("tcp://127.0.0.1:*")
        #expect(endpoint.hasPrefix("tcp://127.0.0.1:") && endpoint.split(separator: ":").last.flatMap { UInt16($0) } != nil)
    }

    @Test func `a ROUTER tells an unknown peer apart, and keeps what was to be sent`() throws {
        let context = try Context()
        let router = try Socket(.router, in: context)
        try router.set(.routerMandatory(true))
        try router.bind("tcp://127.0.0.1:*")
        var message = Message([9, 9])
        #expect(try router.send(&message, more: true) == .unreachable)
        #expect(message.bytes == [9, 9])
    }

    @Test func `what was sent leaves its message empty`() throws {
        let context = try Context()
        let left = try Socket(.pair, in: context)
        try left.bind("inproc://empty")
        let right = try Socket(.pair, in: context)
        try right.connect("inproc://empty")
        var message = Message([1, 2, 3])
        #expect(try right.send(&message) == .sent)
        #expect(message.count == 0)
        #expect(try right.send(&message) == .sent)
        #expect(try left.next() == [[1, 2, 3]])
        #expect(try left.next() == [[]])
    }

    @Test func `a full queue is a value, not an error and not a wait`() throws {
        let context = try Context()
        let dealer = try Socket(.dealer, in: context)
        try dealer.set(.sendHighWater(3))
        try dealer.set(.linger(0))
        // Nobody is there: without `immediate` the queue to come fills up.
        try dealer.connect("tcp://127.0.0.1:9")
        var deliveries: [Socket.Delivery] = []
        for number in 0..<6 as Range<UInt8> { deliveries.append(try dealer.send([[number]])) }
        #expect(deliveries == [.sent, .sent, .sent, .full, .full, .full])
    }

    @Test func `a connecting socket that is immediate queues nothing for a peer that is not there`() throws {
        let context = try Context()
        let dealer = try Socket(.dealer, in: context)
        try dealer.set(.immediate(true))
        try dealer.set(.linger(0))
        try dealer.connect("tcp://127.0.0.1:9")
        #expect(try dealer.send([[1]]) == .full)
    }

    @Test func `a ROUTER knows a peer by the routing id it chose, and a duplicate does not displace it`() throws {
        let context = try Context()
        let router = try Socket(.router, in: context)
        try router.set(.routerMandatory(true))
        let endpoint = try router.bind("tcp://127.0.0.1:*")
        let owner = try Socket(.dealer, in: context)
        try owner.set(.routingID(Array("me".utf8)))
        try owner.connect(endpoint)
        _ = try owner.send([[1]])
        #expect(try router.next() == [Array("me".utf8), [1]])
        let twin = try Socket(.dealer, in: context)
        try twin.set(.routingID(Array("me".utf8)))
        try twin.set(.linger(0))
        try twin.connect(endpoint)
        _ = try twin.send([[2]])
        #expect(try router.next(within: 100) == nil)
        #expect(try router.send([Array("me".utf8), [3]]) == .sent)
        #expect(try owner.next() == [[3]])
    }

    @Test func `a frame over the limit ends the connection and never arrives`() throws {
        let context = try Context()
        let router = try Socket(.router, in: context)
        try router.set(.maxMessageSize(1000))
        let endpoint = try router.bind("tcp://127.0.0.1:*")
        let dealer = try Socket(.dealer, in: context)
        try dealer.set(.linger(0))
        try dealer.connect(endpoint)
        _ = try dealer.send([[UInt8](repeating: 1, count: 1000)])
        #expect(try router.next()?.last?.count == 1000)
        _ = try dealer.send([[UInt8](repeating: 1, count: 1001)])
        #expect(try router.next(within: 200) == nil)
    }

    @Test func `every option is taken by a socket it is made for`() throws {
        let context = try Context(ioThreads: 2, maxSockets: 16)
        let router = try Socket(.router, in: context)
        let options: [Socket.Option] = [
            .linger(0), .sendHighWater(10), .receiveHighWater(10), .routerMandatory(true), .immediate(false), .maxMessageSize(-1),
            .keepAlive(idleSeconds: 30), .reconnect(initial: 10, longest: 100), .routingID([1, 2, 3]),
        ]
        for option in options { #expect(throws: Never.self) { try router.set(option) } }
    }

    @Test func `an option that libzmq refuses says what was tried`() throws {
        let context = try Context()
        let socket = try Socket(.dealer, in: context)
        #expect(throws: ZeroMQError.self) { try socket.set(.routerMandatory(true)) }
        do {
            try socket.set(.routingID([]))
            Issue.record("an empty routing id was taken")
        } catch {
            #expect(error.description == "set a routing id of 0 bytes: Invalid argument")
        }
    }

    @Test(arguments: [
        ("nonsense", "bind nonsense: Invalid argument"), ("foo://bar", "bind foo://bar: Protocol not supported"),
        ("tcp://127.0.0.1:port", "bind tcp://127.0.0.1:port: Invalid argument"),
        ("tcp://192.0.2.1:7570", "bind tcp://192.0.2.1:7570: Cannot assign requested address"),
        ("ipc:///no/such/folder/socket", "bind ipc:///no/such/folder/socket: No such file or directory"),
    ])
    func `an endpoint that cannot be bound is named with the reason`(_ endpoint: String, _ words: String) throws {
        let context = try Context()
        let socket = try Socket(.router, in: context)
        do {
            try socket.bind(endpoint)
            Issue.record("\(endpoint) was bound")
        } catch {
            #expect(error.description == words)
        }
    }

    @Test func `an endpoint in use is refused`() throws {
        let context = try Context()
        let first = try Socket(.router, in: context)
        let endpoint = try first.bind("tcp://127.0.0.1:*")
        let second = try Socket(.router, in: context)
        do {
            try second.bind(endpoint)
            Issue.record("two sockets on \(endpoint)")
        } catch {
            #expect(error.description == "bind \(endpoint): Address already in use")
        }
        #expect(try first.bind("inproc://still-works") == "inproc://still-works")
    }

    @Test func `a connect that makes no sense is an error with the endpoint in it`() throws {
        let context = try Context()
        let socket = try Socket(.dealer, in: context)
        do {
            try socket.connect("tcp://")
            Issue.record("connected to nothing")
        } catch {
            #expect(error.description == "connect to tcp://: Invalid argument" && !error.isContextGone)
        }
    }

    @Test func `after shutdown every call on a socket says that the context is gone`() throws {
        let context = try Context()
        let socket = try Socket(.dealer, in: context)
        context.shutdown()
        var message = Message()
        do {
            _ = try socket.receive(into: &message)
            Issue.record("received from a context that is gone")
        } catch {
            #expect(error.isContextGone)
        }
    }

    @Test func `a context without sockets left says so`() throws {
        let context = try Context(maxSockets: 1)
        let first = try Socket(.pair, in: context)
        do {
            _ = try Socket(.pair, in: context)
            Issue.record("a second socket where one is allowed")
        } catch {
            #expect(error.description == "open a socket: Too many open files")
        }
        try first.bind("inproc://still-works")
    }
}
