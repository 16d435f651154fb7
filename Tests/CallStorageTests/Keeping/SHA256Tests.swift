import CallStorage
import Testing

@Suite("SHA-256 gives the sums of FIPS 180-4")
struct SHA256Tests {
    /// NIST's own examples (csrc.nist.gov, "SHA256.pdf") and the empty message.
    @Test("for the examples of its authors, however the bytes come", arguments: [
        ("", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
        ("a", 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ])
    func examples(text: String, times: Int, sum: String) {
        let bytes = Array(String(repeating: text, count: times).utf8)
        for share in [1_000_000, 63, 64, 65] {
            var hash = SHA256()
            for start in stride(from: 0, to: bytes.count, by: share) {
                bytes[start..<min(start + share, bytes.count)].withUnsafeBytes { hash.feed($0) }
            }
            #expect(hash.finish() == sum)
        }
    }
}
