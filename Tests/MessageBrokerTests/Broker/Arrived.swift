import MessageWire

/// A message that a peer got, taken apart.
struct Arrived: CustomStringConvertible {
    let header: Header
    let path: String
    let entries: [(key: String, value: String)]
    let body: [UInt8]
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        // A broker that sends what cannot be read is found by `type` being PING with a body that says so.
        guard let read = try? bytes.withUnsafeBytes({ frame in
            let header = try Header(of: frame)
            return (header, try Metadata(of: frame, header).path.text(in: frame))
        }) else {
            (header, path, entries, body) = (Header(.batch), "unreadable", [], bytes)
            return
        }
        (header, path) = read
        entries = bytes.withUnsafeBytes { frame in
            MetadataEntries(of: frame, read.0).map { (String(decoding: $0.key, as: UTF8.self), String(decoding: $0.value, as: UTF8.self)) }
        }
        body = Array(bytes[(Header.size + header.metadataLength)...])
    }

    var type: MessageType { header.type }
    var id: RequestID { header.id }
    /// As the tests number their requests.
    var number: UInt64 { header.id.low }
    var status: UInt8 { header.status }
    var text: String { String(decoding: body, as: UTF8.self) }
    var json: JSON? { body.withUnsafeBytes { JSON($0) } }
    var message: String { self["message"].map(PercentEncoding.decode) ?? "" }

    subscript(key: String) -> String? { entries.first { $0.key == key }?.value }

    var description: String { "\(type) #\(number) status \(status) attempt \(header.attempt) \(path) \(entries.map { "\($0)=\($1)" }) \(text.prefix(200))" }
}

/// Bytes of whole messages.
enum Frame {
    static func bytes(_ header: Header, path: String = "", entries: [(String, String)] = [], _ body: [UInt8] = []) -> [UInt8] {
        var metadata: [UInt8] = []
        if !path.isEmpty || !entries.isEmpty {
            metadata = [UInt8(path.utf8.count)] + path.utf8
            for (key, value) in entries {
                metadata += [UInt8(key.utf8.count)] + key.utf8 + [UInt8(value.utf8.count >> 8), UInt8(value.utf8.count & 255)] + value.utf8
            }
        }
        var header = header
        header.metadataLength = metadata.count
        var bytes = [UInt8](repeating: 0, count: Header.size)
        bytes.withUnsafeMutableBytes { header.write(to: $0) }
        return bytes + metadata + body
    }

    static func batch(_ items: [[UInt8]]) -> [UInt8] {
        bytes(Header(.batch, argument: UInt32(items.count)), items.flatMap { item in
            withUnsafeBytes(of: UInt32(item.count).bigEndian) { Array($0) } + item
        })
    }

    static func request(_ id: UInt64, _ path: String, _ body: String = "", _ flags: MessageFlags = []) -> [UInt8] {
        bytes(Header(.request, flags: flags, id: .number(id)), path: path, Array(body.utf8))
    }

    /// The two messages in the body of an exchange's record.
    static func exchange(_ body: [UInt8]) -> [Arrived] {
        var messages: [Arrived] = []
        var rest = body[...]
        while rest.count >= 4 {
            let count = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(4)
            guard rest.count >= count else { return [] }
            messages.append(Arrived(Array(rest.prefix(count))))
            rest = rest.dropFirst(count)
        }
        return rest.isEmpty ? messages : []
    }
}

extension RequestID {
    static func number(_ number: UInt64) -> RequestID { RequestID(high: 0x0190_0000_0000_7000, low: number) }
}
