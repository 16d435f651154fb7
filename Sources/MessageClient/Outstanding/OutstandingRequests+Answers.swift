package import MessageConnection
import MessageWire

extension OutstandingRequests {
    /// An answer came. One to a request that is not open any more changes nothing but the window.
    package func received(_ message: borrowing Incoming, _ outbox: Outbox, now: Int64) {
        let header = message.header
        switch header.type {
        case .response, .accepted, .state, .error: break
        case .partOut: return part(message, outbox, now: now)
        // A broker newer than this client.
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
            answer(message, metadata, at: place, now: now)
        } catch {
            inFlight -= 1
            finish(header.id, .failure(CallError(.internal, "the broker's answer is malformed: \(error.rawValue)", wasSent: true)))
        }
    }

    private func answer(_ message: borrowing Incoming, _ metadata: Metadata, at place: Dictionary<RequestID, Entry>.Index, now: Int64) {
        let header = message.header
        switch header.type {
        case .accepted:
            finish(header.id, .success(.accepted(Self.acceptance(message))))
        case .response where header.status == 0:
            tokens?.succeeded()
            finish(header.id, reply(message, at: place))
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

    // MARK: parts

    /// One part of a streamed reply.
    private func part(_ message: borrowing Incoming, _ outbox: Outbox, now: Int64) {
        let header = message.header
        guard let place = entries.index(forKey: header.id), entries.values[place].state == .sent,
            let completion = entries.values[place].completion
        else { return }
        guard case .stream(let parts) = completion else { return giveUp(header.id, .streams, outbox, now: now) }
        guard (try? Metadata(of: message.bytes, header)) != nil else {
            return giveUp(header.id, CallError(.internal, "a part of the reply is malformed", wasSent: true), outbox, now: now)
        }
        let expected = parts.received
        guard parts.expects(header.argument, isLast: header.flags.contains(.last)) else {
            let words = "part \(header.argument) of the reply came where \(expected) or its end was due"
            return giveUp(header.id, CallError(.dataLoss, words, wasSent: true), outbox, now: now)
        }
        guard parts.append(Self.reply(message)) else {
            let words = "more of the reply waits to be read than the stream may buffer; read faster or give it a larger buffer"
            return giveUp(header.id, CallError(.resourceExhausted, words, wasSent: true), outbox, now: now)
        }
    }

    /// What RESPONSE says, held against the parts that came: their number decides, whether or not one was marked the last.
    private func reply(_ message: borrowing Incoming, at place: Dictionary<RequestID, Entry>.Index) -> Result<Answer, CallError> {
        let sent = message.header.argument
        if case .stream(let parts)? = entries.values[place].completion {
            guard sent == parts.received else {
                return .failure(CallError(.dataLoss, "\(parts.received) of \(sent) parts of the reply came", wasSent: true))
            }
        } else if sent > 0 {
            return .failure(.streams)
        }
        return .success(.reply(Self.reply(message)))
    }

    private static func reply(_ message: borrowing Incoming) -> Reply {
        Reply(body: Array(message.body), metadata: Array(message.bytes[Header.size..<Header.size + message.header.metadataLength]))
    }

    // MARK: metadata

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

extension CallError {
    /// gRPC's "response cardinality violation".
    fileprivate static let streams = CallError(.unimplemented, "the method answers in parts; ask it with `stream`", pushback: .never, wasSent: true)
}
