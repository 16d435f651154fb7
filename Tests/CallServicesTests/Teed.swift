import CallModel
import CallWire
import MessageWire

/// Records as the broker's tee writes them, and broken ones (wire.md §3, "Tee").
enum Teed {
    static let stamps = [
        "exchange-id": "0190000000007000800000000000002a", "received-at": "1780495500000", "dispatched-at": "1780495500001",
        "ended-at": "1780495500003",
    ]

    static func request(
        _ body: [UInt8], to path: String = "trunkline.v1.Routing/RouteCall", contentType: String? = nil
    ) throws -> [UInt8] {
        var metadata = try MetadataBlock(path: path)
        try metadata.append("tenant", "acme")
        if let contentType { try metadata.append("content-type", contentType) }
        return message(Header(.request, timeout: 5000, id: RequestID(high: 1, low: 42)), metadata, body)
    }

    static func response(_ body: [UInt8] = [], status: UInt8 = 0) -> [UInt8] {
        message(Header(.response, status: status, id: RequestID(high: 1, low: 42)), MetadataBlock(), body)
    }

    static func message(_ header: Header, _ metadata: MetadataBlock, _ body: [UInt8]) -> [UInt8] {
        var header = header
        header.metadataLength = metadata.bytes.count
        var frame = [UInt8](repeating: 0, count: Header.size)
        frame.withUnsafeMutableBytes { header.write(to: $0) }
        return frame + metadata.bytes + body
    }

    /// `{ u32 length, message }*`
    static func body(_ messages: [UInt8]...) -> [UInt8] {
        messages.flatMap { message in
            withUnsafeBytes(of: UInt32(message.count).bigEndian) { Array($0) } + message
        }
    }

    static let call = InboundCall(callID: "c1", to: "+12125550100", from: "+13125550142", at: Timestamp(milliseconds: 1_780_495_499_990))

    static var decision: RouteDecision {
        var decision = RouteDecision(
            callID: "c1",
            action: .connect(Dial(targets: [.init(destinationID: "front-desk", number: "+12125550111", kind: "landline")], ringSeconds: 30)))
        decision.account = "acme"
        decision.trackingNumber = "+12125550100"
        decision.directoryVersion = 7
        return decision
    }
}
