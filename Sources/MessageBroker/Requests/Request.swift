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
    let header: Header
    /// Bytes 0–15 and 32–47 as received: what a TASK's header overwrites. Only a teed request needs them again.
    let received: ReceivedHeader
    let service: ServiceID
    /// The service that was asked: another one where a request was fanned out.
    let asked: ServiceID
    let digest: RequestDigest
    /// Order of acceptance within the queue; what is replayed gets a new one.
    var order: UInt64
    /// Number in the journal; 0: unary.
    let sequence: UInt64
    let tenant: UInt64
    let priority: UInt8
    /// Bytes of the frame.
    let size: Int

    var phase: Phase
    /// Who is to get the answer; unary: RESPONSE, durable: ACCEPTED.
    var producer: ConnectionReference
    /// Others sent the same request; they are in the broker's table of joined connections.
    var isJoined = false
    /// Durable: who asked last to be told of its end.
    var listener = ConnectionReference.none
    /// Durable: of its ordering key.
    var key: RequestDigest?
    /// Accepted in an earlier epoch, or replayed.
    var mayHaveBeenSent = false

    /// Unary: when the producer stops waiting, monotonic. Durable: when its time to live ends, monotonic; 0: never.
    var deadline: Int64
    /// Delayed: when it is ready again, monotonic. Leased and durable: when the lease ends. Answered: when the wait for the disk ends.
    var until: Int64 = 0
    /// Unix milliseconds.
    let acceptedAt: Int64
    var dispatchedAt: Int64 = 0
    /// Delayed: Unix milliseconds of the next attempt, for people.
    var nextAttemptAt: Int64 = 0

    var token = Token.zero
    /// Leased: who has it.
    var holder = LaneID.none
    /// Ready: its tenant's place in the queue.
    var ring = Int32(-1)
    /// The frame's bytes were handed to libzmq, which may still read them.
    var isFrameShared = false
    /// Answered: the record whose arrival on disk the answer waits for; 0: none.
    var record: UInt64 = 0
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
    var lastMessage = ""
    /// Answered: the RESPONSE as it will be sent.
    var response = Message()

    init(
        frame: consuming Message, header: Header, received: ReceivedHeader, service: ServiceID, asked: ServiceID, digest: RequestDigest,
        sequence: UInt64, order: UInt64, tenant: UInt64, priority: UInt8, phase: Phase, producer: ConnectionReference,
        deadline: Int64, acceptedAt: Int64
    ) {
        size = frame.count
        self.frame = frame
        self.header = header
        self.received = received
        self.service = service
        self.asked = asked
        self.digest = digest
        self.sequence = sequence
        self.order = order
        self.tenant = tenant
        self.priority = priority
        self.phase = phase
        self.producer = producer
        self.deadline = deadline
        self.acceptedAt = acceptedAt
    }

    var id: RequestID { header.id }
    var isDurable: Bool { sequence != 0 }

    /// How far it got, for the journal.
    func progress(_ state: DeliveryProgress.State, reason: String = "") -> DeliveryProgress {
        var progress = DeliveryProgress(state: state)
        progress.attempts = attempts
        progress.failures = failures
        progress.losses = losses
        progress.lastStatus = lastStatus
        progress.lastMessage = lastMessage
        progress.nextAttemptAt = state == .delayed ? nextAttemptAt : 0
        progress.reason = reason
        return progress
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
