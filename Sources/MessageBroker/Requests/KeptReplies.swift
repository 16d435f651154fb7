package import MessageWire
package import ZeroMQ

/// The answers of unary requests that a handler ended, for producers that ask again (wire.md §3, "Idempotency").
///
/// A ring of bytes in order of their end: the oldest are forgotten first. A reply is copied into it, once, because the frame
/// it came in would hold a whole buffer of libzmq's, and writing memory in order is cheaper than touching it here and there.
package struct KeptReplies: ~Copyable {
    /// A reply's number is its place, in units of this many bytes.
    private static var unit: Int { 16 }

    private struct Head {
        var id: RequestID
        var digest: RequestDigest
        /// Monotonic milliseconds.
        var endedAt: Int64
        /// Bytes of the frame; 0: the reply was streamed, and cannot be given again.
        var count: Int

        static var size: Int { 48 }
        var size: Int { KeptReplies.size(of: count) }
    }

    private let capacity: Int
    private let window: Int64
    /// Memory that was never written to costs nothing, so the whole ring is asked for when the first reply comes.
    private var ring: UnsafeMutableRawPointer?
    private var first = 0
    private var end = 0
    /// Where the upper part ends while the ring goes on at its beginning.
    private var upperEnd: Int
    private var count = 0
    package private(set) var bytes = 0

    /// - Parameters:
    ///   - limit: bytes.
    ///   - window: milliseconds.
    package init(limit: Int, window: Int64) {
        // Numbers have 31 bits.
        capacity = min(limit, Self.unit * Int(Int32.max - 1)) / Self.unit * Self.unit
        upperEnd = capacity
        self.window = window
    }

    deinit {
        ring?.deallocate()
    }

    private static func size(of count: Int) -> Int { (Head.size + count + unit - 1) / unit * unit }

    /// Whether a frame of that size fits into the ring at all.
    package func mayKeep(_ count: Int) -> Bool { Self.size(of: count) <= capacity }

    /// Keeps a reply, and returns its number; nil where older ones have to be forgotten first.
    package mutating func append(_ id: RequestID, _ digest: RequestDigest, endedAt: Int64, _ frame: UnsafeRawBufferPointer) -> Int32? {
        let size = Self.size(of: frame.count)
        guard let place = room(for: size) else { return nil }
        let ring = ring ?? .allocate(byteCount: capacity, alignment: Self.unit)
        self.ring = ring
        (ring + place).storeBytes(of: Head(id: id, digest: digest, endedAt: endedAt, count: frame.count), as: Head.self)
        UnsafeMutableRawBufferPointer(start: ring + place + Head.size, count: frame.count).copyMemory(from: frame)
        if place < end { upperEnd = end }
        end = place + size
        count += 1
        bytes += size
        return Int32(place / Self.unit)
    }

    private func room(for size: Int) -> Int? {
        if count == 0 { return size <= capacity ? 0 : nil }
        guard first < end else { return first - end >= size ? end : nil }
        if capacity - end >= size { return end }
        return first >= size ? 0 : nil
    }

    /// Forgets the oldest reply, where it is too old or `needed` says that there is no room, and returns its id.
    package mutating func forget(now: Int64, needed: Bool = false) -> (id: RequestID, number: Int32)? {
        guard count > 0 else { return nil }
        let number = Int32(first / Self.unit)
        let oldest = head(number)
        guard needed || oldest.endedAt <= now - window else { return nil }
        count -= 1
        bytes -= oldest.size
        first += oldest.size
        if first == upperEnd, end < first { (first, upperEnd) = (0, capacity) }
        if count == 0 { (first, end, upperEnd) = (0, 0, capacity) }
        return (oldest.id, number)
    }

    private func head(_ number: Int32) -> Head {
        guard let ring else {
            // Numbers come from `append`, which made the ring.
            preconditionFailure("no reply was ever kept")
        }
        return (ring + Int(number) * Self.unit).load(as: Head.self)
    }

    package func id(_ number: Int32) -> RequestID { head(number).id }
    package func digest(_ number: Int32) -> RequestDigest { head(number).digest }

    /// The frame once more; nil where it was streamed.
    package func frame(_ number: Int32) -> Message? {
        let head = head(number)
        guard let ring, head.count > 0 else { return nil }
        return Message(copying: UnsafeRawBufferPointer(start: ring + Int(number) * Self.unit + Head.size, count: head.count))
    }
}
