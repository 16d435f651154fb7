package import BasicContainers
package import ZeroMQ

/// What the broker wants done after it was told something: messages to send, and work for the journal.
///
/// The shell carries them out in order and empties this for the next turn.
package struct Effects: ~Copyable {
    /// One message to one connection.
    package struct Outgoing: ~Copyable {
        package let side: Side
        package let routingID: RoutingID
        package var message: Message
        /// It may share a BATCH with others to the same connection.
        package let batch: Bool
        /// The next message of this turn to the same connection; -1: none.
        package internal(set) var next: Int32 = -1
        /// A first message to its connection: where a chain begins.
        package let begins: Bool

        let connection: ConnectionReference
        let cargo: Cargo
    }

    package internal(set) var outgoing = UniqueArray<Outgoing>()
    package internal(set) var journal = JournalBatch()
    /// Batches the journal is done with, to be filled again.
    private var spare: [JournalBatch] = []

    package init() {}

    /// What is lost where a message cannot be queued: the request, and the delivery's number that tells it from a later one.
    enum Cargo {
        case nothing
        case task(RequestPlace, delivery: UInt64)
        case part(RequestPlace, delivery: UInt64)
    }

    /// A message could not be queued: what the broker must be told about it.
    package struct Undelivered {
        let connection: ConnectionReference
        let cargo: Cargo
        /// The peer is gone; otherwise it has stopped reading.
        let isGone: Bool
    }

    package func undelivered(_ index: Int, isGone: Bool) -> Undelivered {
        Undelivered(connection: outgoing[index].connection, cargo: outgoing[index].cargo, isGone: isGone)
    }

    /// The journal's share, taken away.
    package mutating func takeJournal() -> JournalBatch {
        let batch = journal
        journal = spare.popLast() ?? JournalBatch()
        journal.empty()
        return batch
    }

    /// A batch that was worked off; one that was very large is not worth keeping.
    package mutating func reuse(_ batch: JournalBatch) {
        guard spare.count < 4, 1...1 << 20 ~= batch.bytes.capacity else { return }
        spare.append(batch)
    }
}

/// The clocks, read once for each turn of the loop.
package struct Moment: Sendable {
    /// Milliseconds on a clock that never jumps: leases, deadlines, heartbeats.
    package var monotonic: Int64
    /// Unix milliseconds: what people and records read.
    package var wall: Int64

    package init(monotonic: Int64, wall: Int64) {
        self.monotonic = monotonic
        self.wall = wall
    }
}
