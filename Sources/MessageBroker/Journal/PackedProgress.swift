/// A delivery's progress as one column.
///
/// Little-endian: state u8, last status u8, attempts, failures, losses u32, time i64 (of the next attempt while delayed, of the end afterwards);
/// then, only if one of them is not empty, u16 length and UTF-8 of message and reason.
enum PackedProgress {
    static let size = 22

    static func pack(_ progress: DeliveryProgress, at time: Int64) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: size)
        bytes.withUnsafeMutableBytes { put(progress, at: time, into: $0) }
        if hasWords(progress) {
            append(progress.lastMessage, to: &bytes)
            append(progress.reason, to: &bytes)
        }
        return bytes
    }

    /// Whether it needs more than `size` bytes.
    static func hasWords(_ progress: DeliveryProgress) -> Bool {
        !(progress.lastMessage.isEmpty && progress.reason.isEmpty)
    }

    /// The first `size` bytes.
    static func put(_ progress: DeliveryProgress, at time: Int64, into bytes: UnsafeMutableRawBufferPointer) {
        bytes[0] = progress.state.rawValue
        bytes[1] = progress.lastStatus
        bytes.storeBytes(of: progress.attempts.littleEndian, toByteOffset: 2, as: UInt32.self)
        bytes.storeBytes(of: progress.failures.littleEndian, toByteOffset: 6, as: UInt32.self)
        bytes.storeBytes(of: progress.losses.littleEndian, toByteOffset: 10, as: UInt32.self)
        bytes.storeBytes(of: (progress.state == .delayed ? progress.nextAttemptAt : time).littleEndian, toByteOffset: 14, as: Int64.self)
    }

    /// The progress, and when it ended (0: it did not); nil for bytes that no version wrote.
    static func unpack(_ bytes: RawSpan) -> (progress: DeliveryProgress, endedAt: Int64)? {
        bytes.withUnsafeBytes { bytes in
            guard bytes.count >= size, let state = DeliveryProgress.State(rawValue: bytes[0]) else { return nil }
            var progress = DeliveryProgress(state: state)
            progress.lastStatus = bytes[1]
            progress.attempts = integer(bytes, 2)
            progress.failures = integer(bytes, 6)
            progress.losses = integer(bytes, 10)
            let time: Int64 = integer(bytes, 14)
            if state == .delayed { progress.nextAttemptAt = time }
            if bytes.count > size {
                guard let (message, end) = text(bytes, size), let (reason, _) = text(bytes, end) else { return nil }
                progress.lastMessage = message
                progress.reason = reason
            }
            return (progress, state == .dead || state == .settled ? time : 0)
        }
    }

    private static func append(_ integer: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: integer.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        let text = text.utf8.prefix(Int(UInt16.max))
        append(UInt16(text.count), to: &bytes)
        bytes.append(contentsOf: text)
    }

    private static func integer<Integer: FixedWidthInteger & BitwiseCopyable>(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> Integer {
        Integer(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Integer.self))
    }

    private static func text(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> (String, end: Int)? {
        guard bytes.count >= offset + 2 else { return nil }
        let end = offset + 2 + Int(integer(bytes, offset) as UInt16)
        guard bytes.count >= end else { return nil }
        return (String(decoding: bytes[(offset + 2)..<end], as: UTF8.self), end)
    }
}
