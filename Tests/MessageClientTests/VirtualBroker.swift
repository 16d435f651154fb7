import MessageClient
import MessageConnection
import MessageTesting
import MessageWire
import Synchronization
import ZeroMQ

/// A broker of virtual time: what the client sent it, and the answers a test makes up.
final class VirtualBroker {
    let requests: OutstandingRequests
    let outbox = Outbox()
    var now: Int64 = 0
    var isOpen = false
    var sent: [Header] = []

    init(_ policy: RetryPolicy = .default, throttling: RetryThrottling? = .default) {
        requests = OutstandingRequests(now: 0, retryPolicy: policy, throttling: throttling)
    }

    func open(window: Int = 10) {
        requests.opened(
            Welcome(broker: "b", epoch: 1, heartbeatMilliseconds: 1000, maxBody: 100, maxFrame: 4096, window: window, durability: "fsync"))
        isOpen = true
    }

    func lose() {
        isOpen = false
        requests.lost(now: now)
    }

    /// One turn; gives what was sent in it.
    @discardableResult
    func turn(at time: Int64? = nil) -> [Header] {
        now = time ?? now
        _ = requests.turn(outbox, isOpen: isOpen, now: now)
        var new: [Header] = []
        _ = outbox.flush { (message: inout Message) in
            message.withUnsafeBytes { bytes in
                guard let header = try? Header(of: bytes) else { return }
                new.append(header)
            }
            return true
        }
        sent += new
        return new
    }

    /// When requests went out while every one of them is answered in the same way at once.
    func times(until end: Int64, status: StatusCode, pushback: UInt32 = 0) throws -> [Int64] {
        var times: [Int64] = []
        for time in now..<end {
            for header in turn(at: time) where header.type == .request {
                times.append(time)
                try answer(header.id, status: status, pushback: pushback)
            }
        }
        turn()
        return times
    }

    func answer(_ id: RequestID, _ type: MessageType = .response, status: StatusCode = .ok, pushback: UInt32 = 0) throws {
        try receive(Header(type, status: status.rawValue, timeout: pushback, id: id))
    }

    func receive(_ header: Header) throws {
        let inbox = Inbox(Message(try ScriptedBroker.encode(header)))
        guard let bytes = inbox.bytes else { throw ScriptError("no bytes") }
        requests.received(Incoming(header: try Header(of: bytes), bytes: bytes, range: 0..<bytes.count, inbox: inbox), outbox, now: now)
    }
}

/// What came of requests, by their place.
final class Outcomes: Sendable {
    private let all = Mutex<[Outcome]>([])

    var sink: BulkOutcomes {
        BulkOutcomes { outcomes in self.all.withLock { $0 += outcomes } }
    }

    var list: [Outcome] { all.withLock { $0 } }

    func error(_ index: Int) -> CallError? {
        guard case .failure(let error) = list.first(where: { $0.index == index })?.result else { return nil }
        return error
    }
}

/// xorshift64 (Marsaglia 2003): a seed replays.
struct Xorshift: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
