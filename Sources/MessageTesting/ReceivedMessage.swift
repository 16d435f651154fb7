package import MessageWire

/// A message a scripted broker got, taken apart and copied.
package struct ReceivedMessage: Sendable {
    /// The routing id of the connection it came by.
    package let peer: [UInt8]
    package let header: Header
    package let path: String
    package let entries: [String: String]
    package let body: [UInt8]
    /// How many messages came in the same frame, this one included.
    package let batchedWith: Int

    init(peer: [UInt8], header: Header, bytes: UnsafeRawBufferPointer, batchedWith: Int) throws(Malformed) {
        self.peer = peer
        self.header = header
        self.batchedWith = batchedWith
        path = try Metadata(of: bytes, header).path.text(in: bytes)
        var entries: [String: String] = [:]
        for (key, value) in IteratorSequence(MetadataEntries(of: bytes, header)) {
            entries[String(decoding: key, as: UTF8.self)] = String(decoding: value, as: UTF8.self)
        }
        self.entries = entries
        body = Array(bytes[(Header.size + header.metadataLength)...])
    }

    package var type: MessageType { header.type }
    package var id: RequestID { header.id }
    package var text: String { String(decoding: body, as: UTF8.self) }
    package var json: JSON? { body.withUnsafeBytes { JSON($0) } }
}

/// A script that met something else than it expected.
package struct ScriptError: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
