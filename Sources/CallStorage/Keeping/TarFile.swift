/// One entry of a tar archive: plain files alone, without folders and links (POSIX.1-1988 ustar).
struct TarHeader: Hashable {
    static let blockSize = 512

    var name: String
    var size: Int64

    /// Zeros up to a whole block.
    var padding: Int { Int(-size & Int64(Self.blockSize - 1)) }

    init(name: String, size: Int64) {
        self.name = name
        self.size = size
    }

    var block: [UInt8] {
        var block = [UInt8](repeating: 0, count: Self.blockSize)
        func put(_ text: String, _ place: Int) { for (offset, byte) in text.utf8.enumerated() { block[place + offset] = byte } }
        func octal(_ value: Int64, _ digits: Int) -> String {
            let text = String(value, radix: 8)
            return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
        }
        put(name, 0)
        for (place, value) in [(100, Int64(0o600)), (108, 0), (116, 0)] { put(octal(value, 7), place) }
        if size < 1 << 33 {
            put(octal(size, 11), 124)
        } else {
            // As GNU tar does it where eleven octal digits are too few: a binary number behind a set bit.
            block[124] = 0x80
            for offset in 0..<8 { block[128 + offset] = UInt8(truncatingIfNeeded: size >> Int64(56 - 8 * offset)) }
        }
        put(octal(0, 11), 136)
        put("0", 156)
        put("ustar", 257)
        put("00", 263)
        put("        ", 148)
        put(octal(block.reduce(0) { $0 + Int64($1) }, 6) + "\0 ", 148)
        return block
    }

    /// Nil for a block that is no header: the archive's end, or something else.
    init?(_ block: [UInt8]) {
        func text(_ place: Int, _ length: Int) -> String { String(decoding: block[place..<place + length].prefix { $0 != 0 }, as: UTF8.self) }
        guard block.count == Self.blockSize, text(257, 5) == "ustar", block[156] == UInt8(ascii: "0"),
            let sum = Int64(text(148, 6), radix: 8)
        else { return nil }
        let counted = block.enumerated().reduce(Int64(0)) { $0 + (148..<156 ~= $1.offset ? 32 : Int64($1.element)) }
        guard sum == counted else { return nil }
        let size = block[124] == 0x80 ? block[128..<136].reduce(Int64(0)) { $0 << 8 | Int64($1) } : Int64(text(124, 11), radix: 8)
        guard let size, size >= 0 else { return nil }
        self.init(name: text(0, 100), size: size)
    }
}

/// Writes a tar archive.
package struct TarWriter: ~Copyable {
    private let file: ByteFile

    /// Makes the file, which must not be there yet.
    package init(_ path: String) throws(StorageError) { file = try ByteFile(making: path) }

    /// Adds a file under a name of 100 bytes at most; its SHA-256.
    package func add(_ name: String, contentsOf path: String, size: Int64) throws(StorageError) -> String {
        let header = TarHeader(name: name, size: size)
        try put(header.block)
        let source = try ByteFile(reading: path)
        let sum = try source.pour(size) { bytes throws(StorageError) in try file.write(bytes) }
        try put([UInt8](repeating: 0, count: header.padding))
        return sum
    }

    package func add(_ name: String, _ bytes: [UInt8]) throws(StorageError) {
        let header = TarHeader(name: name, size: Int64(bytes.count))
        try put(header.block + bytes + [UInt8](repeating: 0, count: header.padding))
    }

    /// Writes the end; all of it is on disk when this returns.
    package func finish() throws(StorageError) {
        try put([UInt8](repeating: 0, count: 2 * TarHeader.blockSize))
        try file.sync()
    }

    private func put(_ bytes: [UInt8]) throws(StorageError) {
        // A typed throw does not come through the closure.
        try bytes.withUnsafeBytes { bytes in Result { () throws(StorageError) in try file.write(bytes) } }.get()
    }
}

/// Reads a tar archive that `TarWriter` made, entry by entry.
package struct TarReader: ~Copyable {
    private let file: ByteFile
    private var current: TarHeader?

    package init(_ path: String) throws(StorageError) { file = try ByteFile(reading: path) }

    /// The next entry, whose content is to be read before the one after it; nil where no more can be read.
    package mutating func next() throws(StorageError) -> (name: String, size: Int64)? {
        current = TarHeader(try take(TarHeader.blockSize))
        return current.map { ($0.name, $0.size) }
    }

    /// Writes the entry's content into a file that is not there yet, and syncs it; its SHA-256. Throws `damaged` where the archive ends in it.
    package mutating func extract(to path: String) throws(StorageError) -> String {
        guard let header = current.take() else { return "" }
        let target = try ByteFile(making: path)
        let sum = try file.pour(header.size) { bytes throws(StorageError) in try target.write(bytes) }
        try target.sync()
        _ = try take(header.padding)
        return sum
    }

    /// The entry's content. Throws `damaged` where there is more of it than `limit`, or the archive ends in it.
    package mutating func bytes(limit: Int) throws(StorageError) -> [UInt8] {
        guard let header = current.take() else { return [] }
        guard header.size <= Int64(limit) else { throw Self.damaged }
        let bytes = try take(Int(header.size))
        guard bytes.count == header.size else { throw Self.damaged }
        _ = try take(header.padding)
        return bytes
    }

    private func take(_ count: Int) throws(StorageError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let got = try bytes.withUnsafeMutableBytes { bytes in Result { () throws(StorageError) in try file.read(into: bytes) } }.get()
        return Array(bytes[..<got])
    }

    fileprivate static var damaged: StorageError { StorageError(.damaged, "the file ends in the middle, or is no backup") }
}

extension ByteFile {
    /// At once.
    private static var chunk: Int { 1 << 20 }

    /// Reads `size` bytes and hands them on; their SHA-256. Throws `damaged` where there are fewer.
    fileprivate func pour(_ size: Int64, into take: (UnsafeRawBufferPointer) throws(StorageError) -> Void) throws(StorageError) -> String {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.chunk, alignment: 8)
        defer { buffer.deallocate() }
        var sum = SHA256()
        var rest = size
        while rest > 0 {
            let wanted = Int(min(rest, Int64(buffer.count)))
            let got = try read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]))
            guard got == wanted else { throw TarReader.damaged }
            let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<got])
            sum.feed(bytes)
            try take(bytes)
            rest -= Int64(got)
        }
        return sum.finish()
    }
}
