/// A call as a telephony front reports it: the message `InboundCall` of calls.proto.
public struct InboundCall: Hashable, Sendable {
    /// Chosen by the producer, 1–128 characters.
    public var callID: String
    /// The number dialled, as received.
    public var to: String
    /// The caller as received; empty or a privacy word when withheld.
    public var from: String
    public var callerName: String
    /// When it arrived at the front; nil: the routing worker's clock counts.
    public var at: Timestamp?
    public var provider: String
    public var providerCallID: String
    public var isTest: Bool
    public var attributes: [String: String]

    public init(
        callID: String, to: String, from: String = "", callerName: String = "", at: Timestamp? = nil,
        provider: String = "", providerCallID: String = "", isTest: Bool = false, attributes: [String: String] = [:]
    ) {
        self.callID = callID
        self.to = to
        self.from = from
        self.callerName = callerName
        self.at = at
        self.provider = provider
        self.providerCallID = providerCallID
        self.isTest = isTest
        self.attributes = attributes
    }
}
