import DequeModule
package import MessageWire
package import ZeroMQ

/// The answers of unary requests that a handler ended, for producers that ask again (wire.md §3, "Idempotency").
///
/// In order of their end; the oldest are forgotten first. A reply's number never changes while it is kept.
package struct KeptReplies: ~Copyable {
    package struct Reply: ~Copyable {
        package let id: RequestID
        package let digest: RequestDigest
        /// Monotonic milliseconds.
        package let endedAt: Int64
        /// Empty: the reply was streamed, and cannot be given again.
        package var frame: Message

        package init(id: RequestID, digest: RequestDigest, endedAt: Int64, frame: consuming Message) {
            self.id = id
            self.digest = digest
            self.endedAt = endedAt
            self.frame = frame
        }
    }

    private var replies = UniqueDeque<Reply>()
    private var first = 0
    package private(set) var bytes = 0
    private let limit: Int
    private let window: Int64

    /// What a reply costs beside its frame.
    private static var overhead: Int { 128 }

    package init(limit: Int, window: Int64) {
        self.limit = limit
        self.window = window
    }

    /// Keeps a reply, and returns its number; nil where there is no room for any.
    package mutating func append(_ reply: consuming Reply) -> Int32? {
        let size = reply.frame.count + Self.overhead
        guard size <= limit else { return nil }
        bytes += size
        replies.append(reply)
        return Int32(truncatingIfNeeded: (first + replies.count - 1) & 0x3FFF_FFFF)
    }

    /// Forgets the oldest reply if it is too old or there are too many, and returns its id.
    package mutating func forget(now: Int64) -> (id: RequestID, number: Int32)? {
        guard !replies.isEmpty, bytes > limit || replies[0].endedAt <= now - window else { return nil }
        let reply = replies.removeFirst()
        bytes -= reply.frame.count + Self.overhead
        let number = Int32(truncatingIfNeeded: first & 0x3FFF_FFFF)
        first += 1
        return (reply.id, number)
    }

    package func digest(_ number: Int32) -> RequestDigest { replies[place(number)].digest }

    /// The frame once more; nil where it was streamed.
    package mutating func frame(_ number: Int32) -> Message? {
        let place = place(number)
        return replies[place].frame.count == 0 ? nil : replies[place].frame.share()
    }

    private func place(_ number: Int32) -> Int {
        (Int(number) - first) & 0x3FFF_FFFF
    }
}
