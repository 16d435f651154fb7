import CallAttribution
import CallModel
package import CallStorage
import CallWire
import MessageWire

/// What the pool's tee says of one exchange of `trunkline.v1.NumberPools` (wire.md §3, "Tee").
package enum LeaseRecord: Hashable {
    case told(WebInput)
    /// Nothing happened that a record could say: it was refused, or a heartbeat came too late.
    case nothing
}

extension LeaseRecord {
    /// Reads a record, as `ExchangeRecord`.
    ///
    /// A message without a time of its own happened when it was answered: nobody was shown the number before.
    /// - Throws: `UnreadableExchange` for a body that does not add up, a path that is no method of NumberPools, or an answer of status 0
    ///   whose question or lease cannot be read.
    package init(_ stamps: ExchangeStamps, _ body: UnsafeRawBufferPointer) throws(UnreadableExchange) {
        let (request, response) = try ExchangeRecord.messages(in: body)
        guard request.service == ServiceName.numberPools, request.method == "Visit" || request.method == "Heartbeat" else {
            throw UnreadableExchange("the request is no method of \(ServiceName.numberPools); tee only that service to \(ServiceName.attribution)/Lease")
        }
        guard response.header.status == 0 else {
            self = .nothing
            return
        }
        do throws(CallWireError) {
            let form = try BodyForm(contentType: request.contentType)
            let leased = try LeasedNumber(body: response.body.bytes, form, unknownFields: .ignored)
            let lease = leased.number.flatMap { number in
                leased.expiresAt.map { WebInput.Lease(number: number, end: $0.bounded, isOverflow: leased.isOverflow) }
            }
            if request.method == "Visit" {
                let visit = try PageVisit(body: request.body.bytes, form, unknownFields: .ignored)
                let at = (visit.at ?? stamps.endedAt).bounded
                let view = PageView(at: at, page: visit.page, referrer: visit.referrer, userAgent: visit.userAgent)
                self = .told(WebInput(account: visit.account, visitor: visit.visitorID, at: at, told: .view(view, pool: visit.pool), lease: lease))
            } else {
                let heartbeat = try VisitorHeartbeat(body: request.body.bytes, form, unknownFields: .ignored)
                let at = (heartbeat.at ?? stamps.endedAt).bounded
                guard lease != nil else {
                    self = .nothing
                    return
                }
                var told = WebInput(account: heartbeat.account, visitor: heartbeat.visitorID, at: at, told: .heartbeat, lease: lease)
                told.others = Self.others(in: response.value(of: Self.others))
                self = .told(told)
            }
        } catch {
            throw UnreadableExchange("an answered exchange cannot be read: \(error.message)")
        }
    }
}

extension LeaseRecord {
    /// What a reply to a heartbeat says of the leases that its body has no room for: NUMBER/END/SHARED, the end in Unix milliseconds and `1` on the overflow number, with spaces between.
    static var others: String { "also-extended" }
    /// Some 30 bytes each, of the 8,192 that metadata may have.
    private static var mostOthers: Int { 128 }

    static func metadata(of leases: ArraySlice<NumberLease>) -> MetadataBlock {
        var block = MetadataBlock()
        let words = leases.prefix(mostOthers).map { "\($0.number.e164)/\($0.end.milliseconds)/\($0.isOverflow ? 1 : 0)" }
        // Digits and signs, and not too many of them.
        if !words.isEmpty { try? block.append(others, words.joined(separator: " ")) }
        return block
    }

    /// Words that are none say nothing: the reply came from a worker of another version.
    private static func others(in text: String?) -> [WebInput.Lease] {
        (text ?? "").split(separator: " ").compactMap { word in
            let parts = word.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 3, let number = PhoneNumber(e164: String(parts[0])), let end = Int64(parts[1]) else { return nil }
            return WebInput.Lease(number: number, end: Timestamp(milliseconds: end).bounded, isOverflow: parts[2] == "1")
        }
    }
}
