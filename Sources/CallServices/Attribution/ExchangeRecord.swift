package import CallModel
import CallWire
import MessageWire

/// What the pool's tee says of one exchange of `trunkline.v1.Routing` (wire.md §3, "Tee").
package enum ExchangeRecord: Hashable {
    case exchange(Exchange)
    /// The request was no message of calls.proto and was answered with an error: there is no call to record.
    case noCall(status: UInt8)
}

extension ExchangeRecord {
    private enum Method: String {
        case route = "RouteCall"
        case proceed = "ContinueCall"
    }

    /// Reads a record: its times stand in the metadata; the body is two items `u32 length, message`, the REQUEST and the RESPONSE.
    ///
    /// - Throws: `UnreadableExchange` for a body that does not add up, a path that is no method of Routing, or an answer of status 0
    ///   whose question or decision cannot be read.
    package init(_ stamps: ExchangeStamps, _ body: UnsafeRawBufferPointer) throws(UnreadableExchange) {
        let (request, response) = try Self.messages(in: body)
        guard request.service == ServiceName.routing, let method = Method(rawValue: request.method) else {
            throw UnreadableExchange("the request is no method of \(ServiceName.routing); tee only that service to attribution")
        }
        let status = response.header.status
        do throws(CallWireError) {
            // The reply uses the request's form (wire.md §1). What a newer version may have said besides is passed over.
            let form = try BodyForm(contentType: request.contentType)
            let question: Exchange.Question =
                switch method {
                case .route: .route(try InboundCall(body: request.body.bytes, form, unknownFields: .ignored))
                case .proceed: .proceed(try CallProgress(body: request.body.bytes, form, unknownFields: .ignored))
                }
            let decision = status == 0 ? try RouteDecision(body: response.body.bytes, form, unknownFields: .ignored) : nil
            self = .exchange(
                Exchange(
                    exchangeID: stamps.exchangeID, question: question, status: status, decision: decision,
                    receivedAt: stamps.receivedAt, dispatchedAt: stamps.dispatchedAt, endedAt: stamps.endedAt))
        } catch {
            guard status == 0 else {
                self = .noCall(status: status)
                return
            }
            throw UnreadableExchange("an answered exchange cannot be read: \(error.message)")
        }
    }

    static func messages(in body: UnsafeRawBufferPointer) throws(UnreadableExchange) -> (request: TeedMessage, response: TeedMessage) {
        do throws(Malformed) {
            let items = try Batch.items(in: body, count: 2)
            let request = try TeedMessage(UnsafeRawBufferPointer(rebasing: body[items[0]]))
            let response = try TeedMessage(UnsafeRawBufferPointer(rebasing: body[items[1]]))
            guard request.header.type == .request, response.header.type == .response else { throw .direction }
            return (request, response)
        } catch {
            throw UnreadableExchange("the body is not a REQUEST and a RESPONSE of TLP/1 with their lengths before them: \(error.rawValue)")
        }
    }
}

/// When an exchange was and under which id, from the metadata of its record.
package struct ExchangeStamps: Hashable {
    package var exchangeID: String
    package var receivedAt: Timestamp
    /// Nil: no worker ever had it.
    package var dispatchedAt: Timestamp?
    package var endedAt: Timestamp

    /// - Parameter value: the metadata's value of a key.
    /// - Throws: `UnreadableExchange` where an entry is missing or of another shape; only `dispatched-at` may be absent.
    package init(_ value: (String) -> String?) throws(UnreadableExchange) {
        guard let id = value("exchange-id").flatMap({ RequestID(hex: $0) }) else {
            throw UnreadableExchange("exchange-id is not 32 hex digits; only the broker's tee writes these records")
        }
        exchangeID = id.hex
        receivedAt = try Self.time("received-at", value)
        dispatchedAt = value("dispatched-at") == nil ? nil : try Self.time("dispatched-at", value)
        endedAt = try Self.time("ended-at", value)
    }

    private static func time(_ key: String, _ value: (String) -> String?) throws(UnreadableExchange) -> Timestamp {
        guard let milliseconds = value(key).flatMap({ Int64($0) }), 0...Timestamp.writable.upperBound.milliseconds ~= milliseconds else {
            throw UnreadableExchange("\(key) is not Unix milliseconds; only the broker's tee writes these records")
        }
        return Timestamp(milliseconds: milliseconds)
    }
}

/// Why a record of the tee is none. Such a delivery ends as a dead letter.
package struct UnreadableExchange: Error, Hashable {
    package var message: String

    package init(_ message: String) { self.message = message }
}
