/// SipHash (Aumasson and Bernstein, 2012): a hash under a key, over bytes that come in pieces.
package struct SipHash {
    private var a, b, c, d: UInt64
    /// Bytes that do not make a word yet, the first in the lowest bits.
    private var pending: UInt64 = 0
    private var count = 0
    private let strength: Strength

    /// How many rounds a word, and the end, are mixed in by.
    package enum Strength {
        /// SipHash-1-3: for tables.
        case table
        /// SipHash-2-4: for tags that must not be forged.
        case tag
    }

    package init(_ key: SecretKey, _ strength: Strength) {
        // "somepseudorandomlygeneratedbytes", the algorithm's own constants.
        a = key.first ^ 0x736F_6D65_7073_6575
        b = key.second ^ 0x646F_7261_6E64_6F6D
        c = key.first ^ 0x6C79_6765_6E65_7261
        d = key.second ^ 0x7465_6462_7974_6573
        self.strength = strength
    }

    /// SipHash-1-3 of bytes that are all there: the same as feeding them, in one go.
    package static func table(_ key: SecretKey, _ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var hash = SipHash(key, .table)
        let whole = bytes.count & ~7
        var place = 0
        while place < whole {
            hash.mix(UnsafeRawPointer(bytes.baseAddress.unsafelyUnwrapped + place).loadUnaligned(as: UInt64.self).littleEndian)
            place += 8
        }
        while place < bytes.count {
            hash.pending |= UInt64(bytes[place]) << UInt64(8 * (place - whole))
            place += 1
        }
        hash.count = bytes.count
        return hash.finish()
    }

    package mutating func feed(_ bytes: UnsafeBufferPointer<UInt8>) {
        var place = 0
        while place + 8 <= bytes.count {
            feed(UnsafeRawPointer(bytes.baseAddress.unsafelyUnwrapped + place).loadUnaligned(as: UInt64.self).littleEndian, 8)
            place += 8
        }
        var rest: UInt64 = 0
        for offset in place..<bytes.count { rest |= UInt64(bytes[offset]) << UInt64(8 * (offset - place)) }
        if place < bytes.count { feed(rest, bytes.count - place) }
    }

    /// The text's bytes, then one that no text has, so that two texts never feed the same as two others.
    package mutating func feed(_ text: String) {
        var text = text
        text.withUTF8 { feed($0) }
        feed(0xFF)
    }

    package mutating func feed(_ byte: UInt8) { feed(UInt64(byte), 1) }

    /// One to eight bytes, the first in the lowest bits of `word` and nothing above them.
    private mutating func feed(_ word: UInt64, _ bytes: Int) {
        let filled = count & 7
        pending |= word << UInt64(8 * filled)
        count += bytes
        guard filled + bytes >= 8 else { return }
        mix(pending)
        // Swift's shift by a whole word leaves nothing.
        pending = word >> UInt64(8 * (8 - filled))
    }

    @inline(__always)
    package mutating func finish() -> UInt64 {
        mix(pending | UInt64(truncatingIfNeeded: count) << 56)
        c ^= 0xFF
        let rounds = strength == .table ? 3 : 4
        for _ in 0..<rounds { round() }
        return a ^ b ^ c ^ d
    }

    @inline(__always)
    private mutating func mix(_ word: UInt64) {
        d ^= word
        round()
        if strength == .tag { round() }
        a ^= word
    }

    @inline(__always)
    private mutating func round() {
        a &+= b
        b = rotate(b, 13) ^ a
        a = rotate(a, 32)
        c &+= d
        d = rotate(d, 16) ^ c
        a &+= d
        d = rotate(d, 21) ^ a
        c &+= b
        b = rotate(b, 17) ^ c
        c = rotate(c, 32)
    }

    private func rotate(_ word: UInt64, _ bits: UInt64) -> UInt64 { word << bits | word >> (64 - bits) }
}
