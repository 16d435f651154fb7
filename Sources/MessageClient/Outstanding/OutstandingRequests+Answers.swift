package import MessageConnection
import MessageWire

extension OutstandingRequests {
    /// An answer came. One to a request that is not open any more changes nothing but the window.
    package func received(_ message: borrowing Incoming, now: Int64) {
        let header = message.header
        switch header.type {
        case .response, .accepted, .state, .error: break
        // A streamed reply's parts, or a broker newer than this client.
        default: return
        }
        guard let place = entries.index(forKey: header.id), entries.values[place].state == .sent else { return }
        do {
            let metadata = try Metadata(of: message.bytes, header)
            inFlight -= 1
            guard entries.values[place].completion != nil else {
                entries[header.id] = nil
                return
            }
            answer(message, metadata, now: now)
        } catch {
            inFlight -= 1
            finish(header.id, .failure(CallError(.internal, "the broker's answer is malformed: \(error.rawValue)", wasSent: true)))
        }
    }

    private func answer(_ message: borrowing Incoming, _ metadata: Metadata, now: Int64) {
        let header = message.header
        switch header.type {
        case .accepted:
            finish(header.id, .success(.accepted(Self.acceptance(message))))
        case .response where header.status == 0:
            finish(header.id, .success(.reply(Reply(body: Array(message.body), metadata: Self.block(message)))))
        case .state where header.status == 0:
            finish(header.id, .success(.state(Array(message.body))))
        default:
            let text = metadata.message.map { PercentEncoding.decode($0.text(in: message.bytes)) } ?? ""
            let error = CallError(
                StatusCode(rawValue: header.status) ?? .unknown, text, pushback: CallError.Pushback(milliseconds: header.timeout),
                wasSent: true, details: Self.details(message))
            header.type == .response
                ? refuse(header.id, error, pushback: header.timeout, now: now)
                : finish(header.id, .failure(error))
        }
    }

    private static func block(_ message: borrowing Incoming) -> [UInt8] {
        Array(message.bytes[Header.size..<Header.size + message.header.metadataLength])
    }

    private static func acceptance(_ message: borrowing Incoming) -> Acceptance {
        var acceptance = Acceptance(durability: .memory, isDuplicate: false)
        var entries = MetadataEntries(of: message.bytes, message.header)
        while let (key, value) = entries.next() {
            if key.elementsEqual("durability".utf8), value.elementsEqual("fsync".utf8) { acceptance.durability = .synced }
            if key.elementsEqual("duplicate".utf8), value.elementsEqual("1".utf8) { acceptance.isDuplicate = true }
        }
        return acceptance
    }

    private static func details(_ message: borrowing Incoming) -> [UInt8] {
        var entries = MetadataEntries(of: message.bytes, message.header)
        while let (key, value) = entries.next() {
            if key.elementsEqual("details-bin".utf8) { return Array(value) }
        }
        return []
    }
}
