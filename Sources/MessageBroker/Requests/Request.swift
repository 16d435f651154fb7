import MessageWire
import ZeroMQ

/// One delivery the broker answers for: a unary request, or a durable one for one service.
struct Request: ~Copyable {
    enum Phase: UInt8 {
        /// Durable: handed to the journal, not yet on disk. Nobody may see it before.
        case accepting
        /// Waits to be sent.
        case ready
        /// Waits behind another with the same ordering key.
        case heldByKey
        /// Waits for its time.
        case delayed
        /// Sent to a worker.
        case leased
        /// Unary: its outcome is decided; the answer waits until the record of it is on disk.
        case answered
    }

    /// The message: as received until it is first sent, then as TASK.
    var frame: Message
    let id: RequestID
    let flags: MessageFlags
    let metadataLength: UInt16
    let service: ServiceID
    /// The service that was asked: another one where a request was fanned out.
    let asked: ServiceID
    /// What only a request of a teed service has.
    var exchange = ExchangePlace.none
    /// Order of acceptance within the queue; what is replayed gets a new one.
    var order: UInt64
    /// Number in the journal; 0: unary.
    let sequence: UInt64
    let tenant: UInt64
    let priority: UInt8
    var phase: Phase
    /// Who is to get the answer; unary: RESPONSE, durable: ACCEPTED.
    var producer: ConnectionReference
    /// Others sent the same request; they are in the broker's table of joined connections.
    var isJoined = false
    /// Durable: who asked last to be told of its end.
    var listener = ConnectionReference.none
    /// Durable: it has an ordering key.
    var isKeyed = false
    /// Accepted in an earlier epoch, or replayed.
    var mayHaveBeenSent = false

    /// Unary: when the producer stops waiting, monotonic. Durable: when its time to live ends, monotonic; 0: never.
    var deadline: Int64
    /// Delayed: when it is ready again, monotonic. Leased and durable: when the lease ends. Answered: when the wait for the disk ends.
    var until: Int64 = 0
    /// Unix milliseconds.
    let acceptedAt: Int64

    var token = Token.zero
    /// Leased: who has it.
    var holder = LaneID.none
    /// Ready: its tenant's place in the queue.
    var ring = Int32(-1)
    /// The frame's bytes were handed to libzmq, which may still read them.
    var isFrameShared = false
    /// Neighbours in the ready queue, in its holder's chain, or behind its ordering key.
    var previous = RequestPlace.none
    var next = RequestPlace.none
    /// Another delivery of the same request to another service.
    var sibling = RequestPlace.none

    var attempts: UInt32 = 0
    var failures: UInt32 = 0
    var losses: UInt32 = 0
    var parts: UInt32 = 0
    var lastStatus: UInt8 = 255

    init(
        frame: consuming Message, header: Header, service: ServiceID, asked: ServiceID, sequence: UInt64, order: UInt64, tenant: UInt64,
        priority: UInt8, phase: Phase, producer: ConnectionReference, deadline: Int64, acceptedAt: Int64
    ) {
        self.frame = frame
        id = header.id
        flags = header.flags
        metadataLength = UInt16(header.metadataLength)
        self.service = service
        self.asked = asked
        self.sequence = sequence
        self.order = order
        self.tenant = tenant
        self.priority = priority
        self.phase = phase
        self.producer = producer
        self.deadline = deadline
        self.acceptedAt = acceptedAt
    }

    var isDurable: Bool { sequence != 0 }
    /// Bytes of the frame.
    var size: Int { frame.count }

    /// The message's metadata, which was checked when it came.
    func withMetadata<Result>(_ body: (Metadata, UnsafeRawBufferPointer) -> Result) -> Result? {
        frame.withUnsafeBytes { frame in
            (try? Metadata(of: frame, Header(.request, metadataLength: Int(metadataLength)))).map { body($0, frame) }
        }
    }
}

/// What is remembered of a request whose exchange will be recorded.
struct Exchange: ~Copyable {
    let received: ReceivedHeader
    /// Unix milliseconds; 0: never.
    var dispatchedAt: Int64 = 0
    /// Its outcome is decided: the RESPONSE as it will be sent.
    var response = Message()
    /// The record whose arrival on disk the answer waits for; 0: none.
    var record: UInt64 = 0

    init(_ frame: borrowing Message) {
        received = frame.withUnsafeBytes { ReceivedHeader(of: $0) }
    }
}

/// The parts of a REQUEST's header that a TASK's overwrites, so that a record can show the REQUEST as it came.
struct ReceivedHeader {
    private let front: (UInt64, UInt64)
    private let token: (UInt64, UInt64)

    init(of frame: UnsafeRawBufferPointer) {
        front = (frame.loadUnaligned(as: UInt64.self), frame.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        token = (frame.loadUnaligned(fromByteOffset: 32, as: UInt64.self), frame.loadUnaligned(fromByteOffset: 40, as: UInt64.self))
    }

    func restore(in frame: UnsafeMutableRawBufferPointer) {
        frame.storeBytes(of: front.0, as: UInt64.self)
        frame.storeBytes(of: front.1, toByteOffset: 8, as: UInt64.self)
        frame.storeBytes(of: token.0, toByteOffset: 32, as: UInt64.self)
        frame.storeBytes(of: token.1, toByteOffset: 40, as: UInt64.self)
    }
}
