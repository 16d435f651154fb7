import MessageWire

/// How a body is encoded (wire.md §1, `content-type`).
public enum BodyFormat: Hashable, Sendable {
    /// `application/protobuf`, also where the message does not say.
    case protobuf
    /// `application/json`: proto3 JSON.
    case json
    case other
}

/// What a TASK says of itself: its header, and where in the frame the rest lies.
struct TaskFields: Sendable {
    let header: Header
    let metadata: Metadata
    /// Milliseconds of the monotonic clock.
    let arrival: Int64

    var method: Metadata.Piece {
        var piece = metadata.path
        let skipped = metadata.service.count == 0 ? 0 : metadata.service.count + 1
        piece.offset += skipped
        piece.count -= skipped
        return piece
    }

    func timeLeft(now: Int64) -> Duration? {
        header.timeout == 0 ? nil : .milliseconds(max(0, Int64(header.timeout) - (now - arrival)))
    }

    func body(in bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[(Header.size + header.metadataLength)...])
    }

    func value(of key: String, in bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        var entries = MetadataEntries(of: bytes, header)
        while let (name, value) = entries.next() {
            if name.count == key.utf8.count, name.elementsEqual(key.utf8) { return value }
        }
        return nil
    }

    func format(in bytes: UnsafeRawBufferPointer) -> BodyFormat {
        guard let type = value(of: "content-type", in: bytes) else { return .protobuf }
        if type.elementsEqual("application/protobuf".utf8) { return .protobuf }
        return type.elementsEqual("application/json".utf8) ? .json : .other
    }
}
