/// Metadata ready to be put into a frame: a path and entries, encoded.
public struct MetadataBlock: Hashable, Sendable {
    public private(set) var bytes: [UInt8]

    /// No path and no entries: nothing at all.
    public init() { bytes = [] }

    /// - Throws: `Malformed` where the path or an entry breaks a rule of wire.md §1, or all of it passes 8192 bytes.
    public init(path: String, entries: [(key: String, value: [UInt8])] = []) throws(Malformed) {
        self.init()
        guard !path.isEmpty || !entries.isEmpty else { return }
        guard path.utf8.count <= 255, path.utf8.allSatisfy(Characters.path.contains) else { throw .path }
        bytes.append(UInt8(path.utf8.count))
        bytes += path.utf8
        for (key, value) in entries { try append(key, value) }
    }

    /// Adds an entry of printable ASCII.
    public mutating func append(_ key: String, _ text: String) throws(Malformed) {
        try append(key, Array(text.utf8))
    }

    public mutating func append(_ key: String, _ value: [UInt8]) throws(Malformed) {
        guard 1...255 ~= key.utf8.count, key.utf8.allSatisfy(Characters.key.contains) else { throw .key }
        guard key.hasSuffix("-bin") || value.allSatisfy({ 0x20...0x7E ~= $0 }) else { throw .value }
        guard max(1, bytes.count) + 3 + key.utf8.count + value.count <= Metadata.maximumSize else { throw .metadataLength }
        if bytes.isEmpty { bytes.append(0) }
        bytes.append(UInt8(key.utf8.count))
        bytes += key.utf8
        bytes.append(UInt8(truncatingIfNeeded: value.count >> 8))
        bytes.append(UInt8(truncatingIfNeeded: value.count))
        bytes += value
    }
}

/// The entries of a message's metadata, in order. The metadata was scanned before.
public struct MetadataEntries: Sequence, IteratorProtocol {
    private let frame: UnsafeRawBufferPointer
    private var offset: Int
    private let end: Int

    /// `frame` must stay valid while the entries are read.
    public init(of frame: UnsafeRawBufferPointer, _ header: Header) {
        self.frame = frame
        end = Header.size + header.metadataLength
        offset = header.metadataLength == 0 ? end : Header.size + 1 + Int(frame[Header.size])
    }

    /// The entries of a block cut out of its message. It was scanned before, as a part of that message.
    public init(block: UnsafeRawBufferPointer) {
        frame = block
        end = block.count
        offset = block.isEmpty ? 0 : 1 + Int(block[0])
    }

    public mutating func next() -> (key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer)? {
        guard offset < end else { return nil }
        let key = offset + 1..<offset + 1 + Int(frame[offset])
        let start = key.upperBound + 2
        let value = start..<start + Int(frame.bigEndian(at: key.upperBound, as: UInt16.self))
        offset = value.upperBound
        return (UnsafeRawBufferPointer(rebasing: frame[key]), UnsafeRawBufferPointer(rebasing: frame[value]))
    }
}
