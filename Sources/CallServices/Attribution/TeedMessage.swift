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

    /// - Throws: `Malformed` where the bytes are no message of TLP/1.
    init(_ message: UnsafeRawBufferPointer) throws(Malformed) {
        header = try Header(of: message)
        let metadata = try Metadata(of: message, header)
        service = metadata.service.text(in: message)
        method = String(metadata.path.text(in: message).utf8.dropFirst(Int(metadata.service.count) + 1)) ?? ""
        contentType = MetadataEntries(of: message, header).first { $0.key.elementsEqual("content-type".utf8) }
            .map { String(decoding: $0.value, as: UTF8.self) }
        body = UnsafeRawBufferPointer(rebasing: message[(Header.size + header.metadataLength)...])
    }
}
