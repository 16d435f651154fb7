package import MessageWire

/// Where durable requests are kept. Four verbs: append, settle (changes and ends), query, recover.
///
/// The network thread hands over batches and goes on; the journal works on a thread of its own, makes each batch
/// durable as a whole and then reports. Batches are worked off, and reported, in the order they were handed over.
/// `SQLiteJournal` keeps them on disk; `MemoryJournal` is its twin for `durability: memory` and for tests.
package protocol Journal: AnyObject, Sendable {
    /// Reads back what was not ended when the broker last stopped, in order of acceptance.
    ///
    /// Called once, before anything else, on the caller's thread. `frame` is valid only inside `body`.
    func recover(
        _ body: (_ request: RecoveredRequest, _ frame: UnsafeRawBufferPointer) -> Void
    ) throws(JournalError) -> JournalOpening

    /// Hands over a batch; returns at once. Reports come back through `reports`, after `announce` was called.
    func submit(_ batch: consuming JournalBatch)

    /// Takes the reports that are ready, oldest first; empty where there are none.
    func reports() -> [JournalReport]

    /// What the journal calls, on its own thread, when reports wait. Set before the first `submit`.
    func announce(by ring: @escaping @Sendable () -> Void)

    /// Works off what was handed over, and ends the thread. Reports can still be taken afterwards.
    func close()
}

/// What a start of the broker learns from its journal.
package struct JournalOpening: Sendable {
    /// Grows by one at each opening, from 1.
    package var epoch: UInt64
    /// Made once for a data folder; seals delivery tokens.
    package var tokenKey: (UInt64, UInt64)
    /// The greatest acceptance number ever given.
    package var lastSequence: UInt64
    /// Dead deliveries by service.
    package var dead: [String: Int]

    package init(epoch: UInt64, tokenKey: (UInt64, UInt64), lastSequence: UInt64, dead: [String: Int]) {
        self.epoch = epoch
        self.tokenKey = tokenKey
        self.lastSequence = lastSequence
        self.dead = dead
    }
}

/// A delivery that was neither settled nor dead when the broker stopped. One request comes once for each service it is
/// still to be delivered to.
package struct RecoveredRequest: Sendable {
    package var entry: JournalEntry
    package var service: String
    package var progress: DeliveryProgress
}

/// Operations in order, and the bytes they speak of in one piece: nothing is allocated per request.
package struct JournalBatch: Sendable {
    package var operations: [JournalOperation] = []
    package var bytes: [UInt8] = []
    package private(set) var haste = Haste.none

    /// Who waits for its report; each commit is a write to the disk, which one may share with the next.
    package enum Haste: Int, Comparable, Sendable {
        /// Nobody: changes and ends alone. What a crash then forgets is delivered again.
        case none
        /// A producer, for ACCEPTED.
        case acceptance
        /// A caller for an answer, or somebody who asked a question.
        case answer

        package static func < (a: Haste, b: Haste) -> Bool { a.rawValue < b.rawValue }
    }

    package mutating func hurry(_ haste: Haste) { self.haste = max(self.haste, haste) }

    package init() {}

    package var isEmpty: Bool { operations.isEmpty }

    /// Keeps the memory.
    mutating func empty() {
        operations.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
        haste = .none
    }
}

package enum JournalOperation: Sendable {
    /// A new request, ready for each of `services`. Where the id is known already nothing is stored.
    /// Answered by `.stored` or `.known`.
    case append(JournalEntry, services: DeliveryServices)
    /// An unsettled delivery moved on: a failure, a loss, a delay. Not answered.
    case change(sequence: UInt64, service: ServiceID, DeliveryProgress)
    /// A delivery ended: settled or dead. Not answered. A settled request's frame may be dropped; a dead one's stays.
    case end(sequence: UInt64, service: ServiceID, DeliveryProgress, at: Int64)
    /// A good token came for a request that is not in memory: a DONE with status 0. Settles the delivery if it is dead.
    /// Answered by `.revived` (true where it was dead).
    case settleDead(ticket: UInt64, id: RequestID, service: ServiceID, at: Int64)
    /// What became of a request? Answered by `.found` for each of its deliveries (or none: `.missing`).
    case find(ticket: UInt64, id: RequestID)
    /// Dead deliveries of a service, oldest death first, behind `after` (a death's number). Answered by `.page`.
    case listDead(ticket: UInt64, service: ServiceID, after: UInt64, limit: Int)
    /// Makes dead deliveries ready again, counters from zero (attempts go on). Nil: all of the service.
    /// Answered by `.replayed` with the requests and their frames.
    case replay(ticket: UInt64, service: ServiceID, ids: [RequestID]?)
    /// Settles dead deliveries with reason "purged". Answered by `.purged`.
    case purge(ticket: UInt64, service: ServiceID, ids: [RequestID]?, at: Int64)
    /// A dead delivery with its frame. Answered by `.found` (with bytes) or `.missing`.
    case readDead(ticket: UInt64, id: RequestID)
}

/// A service's number, given by the broker for its lifetime; `JournalServices` holds the names.
package typealias ServiceID = Int32

/// The services a request is to be delivered to: itself, or those it fans out to.
package enum DeliveryServices: Sendable {
    case one(ServiceID)
    case several([ServiceID])
}

/// A request as the journal keeps it.
package struct JournalEntry: Sendable {
    /// Order of acceptance; unique for ever in a data folder.
    package var sequence: UInt64
    package var id: RequestID
    /// Of path and body: tells a repeat from another request with the same id.
    package var digest: RequestDigest
    /// The service that was asked (not those it fans out to).
    package var service: ServiceID
    /// Unix milliseconds.
    package var acceptedAt: Int64
    /// Unix milliseconds; 0: no limit.
    package var expiresAt: Int64
    /// The request's message: its place in the batch's bytes.
    package var frame: Range<Int>

    package init(
        sequence: UInt64, id: RequestID, digest: RequestDigest, service: ServiceID, acceptedAt: Int64, expiresAt: Int64, frame: Range<Int>
    ) {
        self.sequence = sequence
        self.id = id
        self.digest = digest
        self.service = service
        self.acceptedAt = acceptedAt
        self.expiresAt = expiresAt
        self.frame = frame
    }
}

package struct RequestDigest: Hashable, Sendable {
    package var high: UInt64
    package var low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}

/// Where a delivery stands.
package struct DeliveryProgress: Hashable, Sendable {
    package enum State: UInt8, Sendable {
        /// `leased` is never written: after a restart every lease is over.
        case ready = 0, delayed = 2, dead = 3, settled = 4
    }

    package var state: State
    package var attempts: UInt32 = 0
    package var failures: UInt32 = 0
    package var losses: UInt32 = 0
    /// Of the last DONE or TERM; 255: none yet.
    package var lastStatus: UInt8 = 255
    /// Delayed: Unix milliseconds of the next attempt.
    package var nextAttemptAt: Int64 = 0
    /// What the worker said last; at most 512 bytes.
    package var lastMessage = ""
    /// Why it is dead, or settled otherwise than by DONE: "max_attempts", "purged", …
    package var reason = ""

    package init(state: State) { self.state = state }
}

/// What came of one batch.
package struct JournalReport: Sendable {
    package var answers: [JournalAnswer] = []
    /// Frames that answers speak of.
    package var bytes: [UInt8] = []
    /// Nil: the batch is on disk. Otherwise nothing of it counts, and nothing ever will: the journal has failed.
    package var failure: JournalError?
    /// Bytes free on the journal's file system.
    package var freeDisk: Int64 = .max
    /// The batch, for its memory.
    package var batch = JournalBatch()

    package init() {}
}

package enum JournalAnswer: Sendable {
    case stored(sequence: UInt64)
    /// The id of the appended request (`sequence`) is known: as the request with this digest.
    case known(sequence: UInt64, digest: RequestDigest)
    case revived(ticket: UInt64, Bool)
    /// One delivery of a request. `of` is how many there are in all. `frame` is empty but for `readDead`.
    case found(ticket: UInt64, of: Int, StoredDelivery)
    case missing(ticket: UInt64)
    /// `next`: the number to go on behind; nil: there are no more.
    case page(ticket: UInt64, [StoredDelivery], next: UInt64?)
    /// The deliveries that are ready again; frames in the report's bytes.
    case replayed(ticket: UInt64, service: ServiceID, [(JournalEntry, DeliveryProgress)])
    case purged(ticket: UInt64, service: ServiceID, count: Int)
}

/// A delivery as the journal tells of it.
package struct StoredDelivery: Sendable {
    package var entry: JournalEntry
    package var service: String
    package var path: String
    package var progress: DeliveryProgress
    /// Unix milliseconds; 0: not ended.
    package var endedAt: Int64

    package init(entry: JournalEntry, service: String, path: String, progress: DeliveryProgress, endedAt: Int64) {
        self.entry = entry
        self.service = service
        self.path = path
        self.progress = progress
        self.endedAt = endedAt
    }
}

/// The journal cannot do its work.
package struct JournalError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Sendable {
        /// Another process owns the folder.
        case owned
        /// Written by a newer version, damaged, or not ours.
        case unusable
        /// A write or a sync failed.
        case io
    }

    package var code: Code
    package var message: String

    package init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}

/// The names behind `ServiceID`s, shared by the broker's core and its journal; names are only ever added.
package protocol JournalServices: AnyObject, Sendable {
    func name(of service: ServiceID) -> String
    /// The number of a name, given now if it has none.
    func number(of name: String) -> ServiceID
}
