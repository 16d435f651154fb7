/// The keyed hash (SipHash-1-3) under which a call is found: nobody who does not know the file can make ids that collide.
struct CallKey {
    let first: UInt64
    let second: UInt64

    func callAsFunction(_ id: String) -> Int64 {
        var id = id
        return id.withUTF8 { hash($0) }
    }

    func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64 {
        var state = State(first, second)
        var place = 0
        while place + 8 <= bytes.count {
            state.mix(word(bytes, place, 8))
            place += 8
        }
        state.mix(word(bytes, place, bytes.count - place) | UInt64(truncatingIfNeeded: bytes.count) << 56)
        return Int64(bitPattern: state.finish())
    }

    private func word(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ count: Int) -> UInt64 {
        var word: UInt64 = 0
        for place in 0..<count { word |= UInt64(bytes[start + place]) << UInt64(8 * place) }
        return word
    }

    private struct State {
        var a, b, c, d: UInt64

        init(_ first: UInt64, _ second: UInt64) {
            // "somepseudorandomlygeneratedbytes", the algorithm's own constants.
            a = first ^ 0x736F_6D65_7073_6575
            b = second ^ 0x646F_7261_6E64_6F6D
            c = first ^ 0x6C79_6765_6E65_7261
            d = second ^ 0x7465_6462_7974_6573
        }

        mutating func mix(_ word: UInt64) {
            d ^= word
            round()
            a ^= word
        }

        mutating func finish() -> UInt64 {
            c ^= 0xFF
            for _ in 0..<3 { round() }
            return a ^ b ^ c ^ d
        }

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
}
