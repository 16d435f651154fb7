import CallAttribution
package import CallModel
import CallWire

/// Whom a durable request that was given up speaks of (records.md §7; wire.md §7, ReadDead).
package enum DeadLetter: Hashable, Sendable {
    /// The person himself.
    case person
    /// A call, whoever its caller is.
    case call(String)
    case nobody

    /// - Parameters:
    ///   - path: service and method that were to get it.
    ///   - metadata: by key.
    ///   - account: whose caller is meant; a routing decision of another account speaks of somebody else's.
    ///   - number: the person's.
    package init(path: String, metadata: [String: String], body: [UInt8], account: String, number: PhoneNumber) {
        let mention = Mention(number)
        func isHim(_ from: String) -> Bool {
            // Without the account's country: whatever ends like his number is his.
            !from.isEmpty && (PhoneNumber.parse(from, country: nil).number == number || mention.isIn(from))
        }
        switch path {
        case ServiceName.attribution + "/Record":
            if case .exchange(let exchange)? = try? body.withUnsafeBytes({ try ExchangeRecord(try ExchangeStamps { metadata[$0] }, $0) }) {
                if let decided = exchange.decision?.account, !decided.isEmpty, decided != account {
                    self = .nobody
                } else if case .route(let call) = exchange.question, isHim(call.from) {
                    self = .person
                } else {
                    self = .call(exchange.callID)
                }
                return
            }
        case ServiceName.attribution + "/Publish", ServiceName.callEvents + "/Publish", ServiceName.liveEvents + "/Publish":
            if let event = try? CallEvent(body: body.span.bytes, try BodyForm(contentType: metadata["content-type"]), unknownFields: .ignored) {
                self = isHim(event.from) ? .person : .call(event.callID)
                return
            }
        default: break
        }
        // Nothing that can be read: then by the number itself, wherever it stands.
        let isMentioned = body.withUnsafeBufferPointer { mention.isIn($0) } || metadata.values.contains { mention.isIn($0) }
        self = isMentioned ? .person : .nobody
    }
}
