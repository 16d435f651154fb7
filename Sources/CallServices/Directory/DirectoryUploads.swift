import CallModel
import MessageWire

/// Documents that come in parts and are not whole yet.
struct DirectoryUploads {
    private struct Upload {
        var bytes: [UInt8] = []
        var touched: Timestamp
    }

    private var uploads: [String: Upload] = [:]
    /// What became of the last ones.
    private var answers: [(name: String, reply: ApplyReply)] = []

    private static let answersKept = 8
    /// Nobody pauses longer between two parts.
    private static let patience = 60.0

    /// - Throws: RESOURCE_EXHAUSTED where the parts of all together become too much; INVALID_ARGUMENT for one that leaves a gap.
    mutating func take(_ part: UploadRequest, at now: Timestamp) throws(ServiceError) {
        uploads = uploads.filter { now.seconds(since: $0.value.touched) < Self.patience }
        let held = uploads.values.reduce(0) { $0 + $1.bytes.count }
        guard held + part.bytes.count <= ApplyRequest.largestDocument else {
            throw ServiceError(.resourceExhausted, "documents of \(held) bytes are under way; at most \(ApplyRequest.largestDocument) are taken, try again in a minute")
        }
        // In place: taken out and put back it would be copied each time.
        var upload = uploads.removeValue(forKey: part.upload) ?? Upload(touched: now)
        defer { uploads[part.upload] = upload }
        upload.touched = now
        guard part.offset <= upload.bytes.count else {
            throw ServiceError(.invalidArgument, "the part at \(part.offset) leaves a gap after \(upload.bytes.count); send the parts in order")
        }
        // What came before is sent again.
        upload.bytes += part.bytes.dropFirst(upload.bytes.count - part.offset)
    }

    /// The whole document, which is forgotten here.
    mutating func finish(_ name: String, size: Int) throws(ServiceError) -> String {
        let bytes = uploads.removeValue(forKey: name)?.bytes ?? []
        guard bytes.count == size else {
            throw ServiceError(.failedPrecondition, "\(bytes.count) of \(size) bytes have come; send all parts again")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    func answered(_ name: String) -> ApplyReply? { answers.last { $0.name == name }?.reply }

    mutating func remember(_ reply: ApplyReply, of name: String) {
        answers.append((name, reply))
        answers.removeFirst(max(0, answers.count - Self.answersKept))
    }
}

extension UploadRequest {
    package init(body: [UInt8]) throws(ServiceError) {
        guard let end = body.firstIndex(of: UInt8(ascii: "\n")), let json = body[..<end].withUnsafeBytes({ JSON($0) }) else {
            throw ServiceError(.invalidArgument, "a part is a line of JSON with upload and offset, and the bytes after it")
        }
        self.init(upload: try json.text("upload"), offset: try json.length("offset"), bytes: Array(body[(end + 1)...]))
        guard !upload.isEmpty, upload.utf8.count <= 64 else { throw ServiceError(.invalidArgument, "upload has 1 to 64 bytes") }
    }

    package var body: [UInt8] {
        let head: JSON = ["upload": .string(upload), "offset": .integer(Int64(offset))]
        return head.utf8 + [UInt8(ascii: "\n")] + bytes
    }
}
