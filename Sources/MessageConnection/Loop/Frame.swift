package import MessageWire
package import ZeroMQ

/// A received frame that outlives the turn it came in; the messages of one BATCH share one.
package final class Frame: Sendable {
    let message: Message

    init(_ message: consuming Message) {
        self.message = message
    }
}

/// One message inside a frame that is kept: nothing of it is copied.
package struct KeptMessage: Sendable {
    private let frame: Frame
    private let offset: Int
    package let count: Int

    init(frame: Frame, range: Range<Int>) {
        self.frame = frame
        offset = range.lowerBound
        count = range.count
    }

    /// The whole message, header and all; valid only inside `body`.
    package func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try frame.message.withUnsafeBytes { bytes throws(Failure) in
            try body(UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count]))
        }
    }
}

/// One message as it arrives, alone or out of a BATCH: a view, valid until `received` returns.
package struct Incoming: ~Copyable {
    package let header: Header
    /// The whole message.
    package let bytes: UnsafeRawBufferPointer
    private let range: Range<Int>
    private let inbox: Inbox

    package init(header: Header, bytes: UnsafeRawBufferPointer, range: Range<Int>, inbox: Inbox) {
        self.header = header
        self.bytes = bytes
        self.range = range
        self.inbox = inbox
    }

    /// What stands behind header and metadata.
    package var body: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[(Header.size + header.metadataLength)...])
    }

    /// The message for later, without copying it.
    package func keep() -> KeptMessage {
        KeptMessage(frame: inbox.frame(), range: range)
    }
}

/// The frame that is being read.
package final class Inbox {
    var message: Message
    private var kept: Frame?

    package init(_ message: consuming Message = Message()) {
        self.message = message
    }

    /// The frame as an object, made at most once for each frame.
    func frame() -> Frame {
        if let kept { return kept }
        let frame = Frame(message.share())
        kept = frame
        return frame
    }

    /// The frame's bytes, until the next one is received; nil where they are fewer than a header's.
    ///
    /// The pointer outlives the call because libzmq keeps all but the shortest frames (33 bytes) on the heap, shared or not,
    /// until the last owner is gone.
    package var bytes: UnsafeRawBufferPointer? {
        message.count >= Header.size ? message.withUnsafeBytes { $0 } : nil
    }

    func receive(from socket: borrowing Socket) throws(ZeroMQError) -> Bool {
        kept = nil
        return try socket.receive(into: &message)
    }
}
