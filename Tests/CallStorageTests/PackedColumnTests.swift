import CallStorage
import Testing

@Suite("Columns of blocks")
struct PackedColumnTests {
    /// One for each form there is, and what is next to its bounds.
    private static func columns(_ random: inout SeededGenerator) -> [[UInt32]] {
        func words(_ count: Int, _ word: (Int) -> UInt32) -> [UInt32] { (0..<count).map(word) }
        let base = UInt32.random(in: 0...(.max - 70_000), using: &random)
        return [
            [], words(100) { _ in 0 }, words(100) { _ in .max }, [7],
            words(900) { _ in UInt32.random(in: 0...255, using: &random) &* 16_777_259 },
            words(900) { UInt32($0 % 256) &* 16_777_259 }, words(900) { UInt32($0 % 257) &* 16_777_259 },
            words(900) { _ in base + UInt32.random(in: 0...65_535, using: &random) }, words(900) { base + UInt32($0) * 73 },
            words(900) { $0 % 311 == 5 ? UInt32.random(in: 1 ... .max, using: &random) : 0 },
            words(900) { _ in UInt32.random(in: 0 ... .max, using: &random) },
        ]
    }

    @Test("what is packed is unpacked, whole and word by word", arguments: 0..<8)
    func same(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        for words in Self.columns(&random) {
            let packed = PackedColumn.pack(words) ?? []
            #expect(packed.isEmpty == words.allSatisfy { $0 == 0 })
            #expect(packed.count <= 1 + 4 * words.count)
            try packed.withUnsafeBytes { packed in
                var unpacked = [UInt32](repeating: 1, count: words.count)
                try PackedColumn.unpack(packed, into: &unpacked)
                #expect(unpacked == words)
                for place in words.indices where try PackedColumn.word(packed, at: place, of: words.count) != words[place] { Issue.record("\(place) of \(words)") }
            }
        }
    }

    @Test("bytes that do not add up are refused, or give words, whatever they are", arguments: 0..<8)
    func damaged(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var refused = 0
        for words in Self.columns(&random) {
            guard var packed = PackedColumn.pack(words) else { continue }
            for _ in 0..<20 {
                switch Int.random(in: 0..<3, using: &random) {
                case 0: packed.removeLast(min(packed.count - 1, Int.random(in: 1...9, using: &random)))
                case 1: packed.append(UInt8.random(in: 0...255, using: &random))
                default: packed[packed.indices.randomElement(using: &random) ?? 0] = UInt8.random(in: 0...255, using: &random)
                }
                packed.withUnsafeBytes { packed in
                    var unpacked = [UInt32](repeating: 0, count: words.count)
                    do throws(StorageError) {
                        try PackedColumn.unpack(packed, into: &unpacked)
                        for place in words.indices where try PackedColumn.word(packed, at: place, of: words.count) != unpacked[place] { Issue.record("\(place)") }
                    } catch {
                        refused += 1
                        #expect(error.code == .damaged)
                    }
                }
            }
        }
        #expect(refused > 50)
    }
}
