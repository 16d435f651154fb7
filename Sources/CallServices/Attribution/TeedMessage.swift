import MessageWire

/// One message inside a record of the tee, in parts. Valid as long as the record's body is.
struct TeedMessage {
    let header: Header
    /// Empty in a RESPONSE, as `method`.
    let service: String
    let method: String
    /// Nil where the message does not say.
    let contentType: String?
    let body: UnsafeRawBufferPointer
    private let message: UnsafeRawBufferPointer

    /// - Throws: `Malformed` where the bytes are no message of TLP/1.
    init(_ message: UnsafeRawBufferPointer) throws(Malformed) {
        self.message = message
        header = try Header(of: message)
        let metadata = try Metadata(of: message, header)
        service = metadata.service.text(in: message)
        method = String(metadata.path.text(in: message).utf8.dropFirst(Int(metadata.service.count) + 1)) ?? ""
        contentType = Self.value(of: "content-type", in: message, header)
        body = UnsafeRawBufferPointer(rebasing: message[(Header.size + header.metadataLength)...])
    }

    /// What the metadata say of a key; nil where they say nothing.
    func value(of key: String) -> String? { Self.value(of: key, in: message, header) }

    private static func value(of key: String, in message: UnsafeRawBufferPointer, _ header: Header) -> String? {
        MetadataEntries(of: message, header).first { $0.key.elementsEqual(key.utf8) }.map { String(decoding: $0.value, as: UTF8.self) }
    }
}
