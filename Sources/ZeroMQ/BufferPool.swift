/// Memory for the messages of one thread: what is dropped is used again, so that in steady state nothing is allocated.
///
/// Such a message is like any other to its thread, but must not leave it. libzmq takes a message away only with memory of its own,
/// so one that is sent as it is gets copied; meant for frames that are kept, or gathered into larger ones.
public final class BufferPool {
    /// Beside the filling of larger ones their allocation is little, and their sizes are too many to wait for one of each.
    private static let largest = 4096
    /// Sizes differ by so many bytes: little is wasted.
    private static let step = 32
    /// Bytes that wait to be used again, at most.
    private static let limit = 16 << 20

    /// Chains of free buffers by size.
    private var free = [UnsafeMutablePointer<Buffer.Head>?](repeating: nil, count: largest / step + 1)
    private var freeBytes = 0

    public init() {}

    deinit {
        trim()
    }

    /// A frame of `count` bytes, not yet written.
    public func message(count: Int) -> Message {
        guard count <= Self.largest else { return Message(count: count) }
        return Message(in: take(max(1, (count + Self.step - 1) / Self.step)), count: count)
    }

    /// A frame that holds a copy of `bytes`.
    public func message(copying bytes: UnsafeRawBufferPointer) -> Message {
        var message = message(count: bytes.count)
        message.withUnsafeMutableBytes { $0.copyMemory(from: bytes) }
        return message
    }

    /// Frees what waits to be used again.
    public func trim() {
        for size in free.indices {
            while let head = pop(size) { UnsafeMutableRawPointer(head).deallocate() }
        }
    }

    private func take(_ size: Int) -> Buffer {
        let head =
            pop(size)
            ?? UnsafeMutableRawPointer.allocate(byteCount: MemoryLayout<Buffer.Head>.size + size * Self.step, alignment: 16)
            .bindMemory(to: Buffer.Head.self, capacity: 1)
        head.initialize(to: Buffer.Head(pool: .passRetained(self), size: size))
        return Buffer(head: head)
    }

    private func pop(_ size: Int) -> UnsafeMutablePointer<Buffer.Head>? {
        guard let head = free[size] else { return nil }
        // A free buffer's bytes begin with the next of its size.
        free[size] = UnsafeRawPointer(head + 1).load(as: UnsafeMutablePointer<Buffer.Head>?.self)
        freeBytes -= size * Self.step
        return head
    }

    fileprivate func giveBack(_ head: UnsafeMutablePointer<Buffer.Head>) {
        let size = Int(head.pointee.size)
        guard freeBytes + size * Self.step <= Self.limit else { return UnsafeMutableRawPointer(head).deallocate() }
        UnsafeMutableRawPointer(head + 1).storeBytes(of: free[size], as: UnsafeMutablePointer<Buffer.Head>?.self)
        free[size] = head
        freeBytes += size * Self.step
    }
}

/// One owner's hold on a piece of a pool's memory.
// Unchecked: messages of a pool stay on its thread, which is the pool's rule and its user's to keep.
struct Buffer: ~Copyable, @unchecked Sendable {
    /// Before the bytes.
    struct Head {
        /// Keeps the pool while the buffer is used.
        let pool: Unmanaged<BufferPool>
        var owners: Int32 = 1
        /// In steps of the pool.
        let size: Int32

        init(pool: Unmanaged<BufferPool>, size: Int) {
            self.pool = pool
            self.size = Int32(size)
        }
    }

    private let head: UnsafeMutablePointer<Head>

    fileprivate init(head: UnsafeMutablePointer<Head>) {
        self.head = head
    }

    deinit {
        head.pointee.owners -= 1
        guard head.pointee.owners == 0 else { return }
        let pool = head.pointee.pool.takeRetainedValue()
        pool.giveBack(head)
    }

    var bytes: UnsafeMutableRawPointer { UnsafeMutableRawPointer(head + 1) }

    func share() -> Buffer {
        head.pointee.owners += 1
        return Buffer(head: head)
    }
}
