import MessageWire

/// Seeded, so that a failure can be had again.
struct Dice: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let mixed = (state ^ state >> 33) &* 0xFF51_AFD7_ED55_8CCD
        return mixed ^ mixed >> 33
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    mutating func text(_ alphabet: String, _ counts: ClosedRange<Int>) -> String {
        let letters = Array(alphabet.utf8)
        let count = counts.lowerBound + below(counts.count)
        return String(decoding: (0..<count).map { _ in letters[below(letters.count)] }, as: UTF8.self)
    }

    mutating func bytes(_ counts: ClosedRange<Int>) -> [UInt8] {
        (0..<counts.lowerBound + below(counts.count)).map { _ in UInt8(truncatingIfNeeded: next()) }
    }
}

/// Whole frames by hand, right or wrong: nothing here checks.
enum Frame {
    static func metadata(_ path: String, _ entries: [(String, [UInt8])]) -> [UInt8] {
        var bytes = [UInt8(path.utf8.count)] + path.utf8
        for (key, value) in entries {
            bytes += [UInt8(key.utf8.count)] + key.utf8 + [UInt8(value.count >> 8), UInt8(value.count & 255)] + value
        }
        return bytes
    }

    static func bytes(_ header: Header, _ metadata: [UInt8] = [], _ body: [UInt8] = []) -> [UInt8] {
        var header = header
        header.metadataLength = metadata.count
        var bytes = [UInt8](repeating: 0, count: Header.size)
        bytes.withUnsafeMutableBytes { header.write(to: $0) }
        return bytes + metadata + body
    }

    /// What the parser says: the header and metadata, or why not.
    static func read(_ bytes: [UInt8]) throws(Malformed) -> (Header, Metadata) {
        try bytes.withUnsafeBufferPointer { bytes throws(Malformed) in
            let frame = UnsafeRawBufferPointer(bytes)
            let header = try Header(of: frame)
            return (header, try Metadata(of: frame, header))
        }
    }

    static func entries(_ bytes: [UInt8], _ header: Header) -> [(key: String, value: [UInt8])] {
        bytes.withUnsafeBytes { frame in
            MetadataEntries(of: frame, header).map { (String(decoding: $0.key, as: UTF8.self), Array($0.value)) }
        }
    }

    static func fault(_ bytes: [UInt8]) -> Malformed? {
        do throws(Malformed) {
            _ = try read(bytes)
            return nil
        } catch {
            return error
        }
    }
}
