import MessageWire
import ZeroMQ

extension RequestDigest {
    /// Of path and body: two requests with one id are the same request when these are equal (wire.md §3, "Idempotency").
    ///
    /// Kept on disk, so it is the same in every version. Fast rather than secret: a producer that makes two of its own
    /// requests collide fools nobody but itself.
    init(path: UnsafeRawBufferPointer, body: UnsafeRawBufferPointer) {
        var mixer = Mixer()
        mixer.mix(path)
        mixer.mix(body)
        self.init(high: mixer.high, low: mixer.low)
    }

    init(_ message: borrowing Message, _ header: Header, _ metadata: Metadata) {
        self = message.withUnsafeBytes { frame in
            RequestDigest(
                path: metadata.path.bytes(in: frame), body: UnsafeRawBufferPointer(rebasing: frame[(Header.size + header.metadataLength)...]))
        }
    }

    /// Of anything that must be told apart in a table: an ordering key, a tenant.
    init(_ bytes: UnsafeRawBufferPointer) {
        var mixer = Mixer()
        mixer.mix(bytes)
        self.init(high: mixer.high, low: mixer.low)
    }

    /// Folded multiplication, sixteen bytes at a time, into two lanes.
    private struct Mixer {
        var high: UInt64 = 0x243F_6A88_85A3_08D3
        var low: UInt64 = 0x1319_8A2E_0370_7344

        @inline(__always)
        private mutating func mix(_ a: UInt64, _ b: UInt64) {
            let first = (a ^ high ^ 0xA409_3822_299F_31D0).multipliedFullWidth(by: b ^ low ^ 0x082E_FA98_EC4E_6C89)
            let second = (a &+ low).multipliedFullWidth(by: b &+ 0x4528_21E6_38D0_1377 ^ high)
            high = first.high ^ first.low ^ second.low
            low = second.high ^ second.low &+ first.high
        }

        mutating func mix(_ bytes: UnsafeRawBufferPointer) {
            var offset = 0
            while bytes.count - offset >= 16 {
                mix(bytes.bigEndian(at: offset, as: UInt64.self), bytes.bigEndian(at: offset + 8, as: UInt64.self))
                offset += 16
            }
            var rest: (UInt64, UInt64) = (0, 0)
            for index in offset..<bytes.count { rest = (rest.0 << 8 | rest.1 >> 56, rest.1 << 8 | UInt64(bytes[index])) }
            mix(rest.0, rest.1)
            // The length ends it, so that no byte can wander from path to body.
            mix(UInt64(bytes.count), 0x9E37_79B9_7F4A_7C15)
        }
    }
}
