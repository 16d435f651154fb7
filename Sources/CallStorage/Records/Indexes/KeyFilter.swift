/// Which keys a part of an index may have: a Bloom filter of a byte for each key.
///
/// A key has all its bits in one line of 64 bytes, what the processor reads from memory at once.
package struct KeyFilter {
    private static let wordsOfLine = 8
    private static let bitsOfKey = 5
    /// Lines that are stored together: with their key they fill a page of the file.
    private static let linesOfChunk = 62
    private static let wordsOfChunk = linesOfChunk * wordsOfLine

    private var words: [UInt64]

    /// - Parameter keys: how many it is for, at most.
    package init(keys: Int) { words = [UInt64](repeating: 0, count: max(1, keys / 64) * Self.wordsOfLine) }

    /// Whether the key may be among those that were inserted.
    package func mayHave(_ hash: Int64) -> Bool {
        let first = line(of: hash)
        for number in 0..<Self.bitsOfKey {
            let bit = Self.bit(number, of: hash)
            if words[first + bit >> 6] & 1 << UInt64(bit & 63) == 0 { return false }
        }
        return true
    }

    /// Returns the key's chunk, and whether it changed.
    ///
    /// - Parameter hash: with all its bits at random.
    package mutating func insert(_ hash: Int64) -> (chunk: Int, isNew: Bool) {
        let first = line(of: hash)
        var isNew = false
        for number in 0..<Self.bitsOfKey {
            let bit = Self.bit(number, of: hash)
            let (place, mask) = (first + bit >> 6, 1 << UInt64(bit & 63) as UInt64)
            if words[place] & mask == 0 {
                words[place] |= mask
                isNew = true
            }
        }
        return (first / Self.wordsOfChunk, isNew)
    }

    package func bytes(of chunk: Int) -> [UInt8] {
        words[chunk * Self.wordsOfChunk..<min(words.count, (chunk + 1) * Self.wordsOfChunk)].withUnsafeBytes { [UInt8]($0) }
    }

    /// Takes what `bytes(of:)` gave. False: it is none of this filter's.
    package mutating func fill(_ chunk: Int, with bytes: RawSpan) -> Bool {
        let first = chunk.multipliedReportingOverflow(by: Self.wordsOfChunk)
        guard chunk >= 0, !first.overflow, first.partialValue < words.count else { return false }
        let range = first.partialValue..<min(words.count, first.partialValue + Self.wordsOfChunk)
        guard bytes.byteCount == 8 * range.count else { return false }
        bytes.withUnsafeBytes { bytes in words[range].withUnsafeMutableBytes { $0.copyMemory(from: bytes) } }
        return true
    }

    /// The first word of the key's line, by the upper bits.
    private func line(of hash: Int64) -> Int {
        let lines = UInt64(words.count / Self.wordsOfLine)
        return Int((UInt64(bitPattern: hash) >> 32 &* lines) >> 32) * Self.wordsOfLine
    }

    /// Of 512, by nine of the lower bits.
    private static func bit(_ number: Int, of hash: Int64) -> Int { Int(hash >> Int64(9 * number)) & 511 }
}
