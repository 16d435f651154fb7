import MessageWire

/// What a worker answered, or one part of it where it answers in parts.
public struct Reply: Hashable, Sendable {
    public let body: [UInt8]
    private let metadata: [UInt8]

    init(body: [UInt8], metadata: [UInt8]) {
        self.body = body
        self.metadata = metadata
    }

    /// Bytes.
    var size: Int { body.count + metadata.count }

    /// The first entry of that key, as text.
    public subscript(key: String) -> String? {
        bytes(key).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The first entry of that key; keys in `-bin` carry bytes.
    public func bytes(_ key: String) -> [UInt8]? {
        metadata.withUnsafeBytes { block in
            var entries = MetadataEntries(block: block)
            while let (name, value) = entries.next() {
                if name.elementsEqual(key.utf8) { return Array(value) }
            }
            return nil
        }
    }
}

/// The broker's word that it keeps a durable request (wire.md §2, ACCEPTED).
public struct Acceptance: Hashable, Sendable {
    public enum Durability: Hashable, Sendable {
        /// On disk: it survives a power cut.
        case synced
        /// Only in memory: this broker runs without a journal.
        case memory
    }

    public var durability: Durability
    /// The broker had this id already.
    public var isDuplicate: Bool

    public init(durability: Durability, isDuplicate: Bool) {
        self.durability = durability
        self.isDuplicate = isDuplicate
    }
}
