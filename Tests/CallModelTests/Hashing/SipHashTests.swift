import CallModel
import Testing

@Suite("SipHash")
struct SipHashTests {
    /// The key of the reference implementation's test vectors: bytes 0 to 15.
    private let key = SecretKey(first: 0x0706_0504_0302_0100, second: 0x0F0E_0D0C_0B0A_0908)

    @Test("SipHash-2-4 as in the authors' paper (appendix A), however its bytes come in pieces", arguments: 1...15)
    func paper(piece: Int) {
        var hash = SipHash(key, .tag)
        let bytes = Array(UInt8(0)...14)
        for start in stride(from: 0, to: bytes.count, by: piece) {
            bytes[start..<min(start + piece, bytes.count)].withUnsafeBufferPointer { hash.feed($0) }
        }
        #expect(hash.finish() == 0xA129_CA61_49BE_45E5)
    }

    @Test("the first of the reference implementation's vectors, of no bytes at all")
    func nothing() {
        var hash = SipHash(key, .tag)
        #expect(hash.finish() == 0x726F_DB47_DD0E_0E31)
    }

    @Test("in one go it is what it is in pieces", arguments: 0...40)
    func table(count: Int) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: 7 * $0 + 1) }
        var hash = SipHash(key, .table)
        for byte in bytes { hash.feed(byte) }
        #expect(bytes.withUnsafeBufferPointer { SipHash.table(key, $0) } == hash.finish())
    }

    @Test("what a text begins and ends is part of the hash")
    func texts() {
        func hash(_ texts: String...) -> UInt64 {
            var hash = SipHash(key, .table)
            for text in texts { hash.feed(text) }
            return hash.finish()
        }
        #expect(hash("ab", "c") != hash("a", "bc") && hash("ab", "") != hash("ab"))
    }

    @Test("a key says nothing of itself")
    func description() {
        #expect("\(key)" == "secret key")
    }
}
