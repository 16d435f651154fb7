/// One routing exchange as the pool's tee delivers it: the question, the answer, and when (wire.md §3, "Tee").
public struct Exchange: Hashable, Sendable {
    public enum Question: Hashable, Sendable {
        case route(InboundCall)
        case proceed(CallProgress)
    }

    /// The unary request's id, 32 lower-case hex digits.
    public var exchangeID: String
    public var question: Question
    /// gRPC status of the RESPONSE.
    public var status: UInt8
    /// The answer; nil where the status is not 0.
    public var decision: RouteDecision?
    public var receivedAt: Timestamp
    /// Nil where no worker ever had it.
    public var dispatchedAt: Timestamp?
    public var endedAt: Timestamp

    public init(
        exchangeID: String, question: Question, status: UInt8, decision: RouteDecision?,
        receivedAt: Timestamp, dispatchedAt: Timestamp?, endedAt: Timestamp
    ) {
        self.exchangeID = exchangeID
        self.question = question
        self.status = status
        self.decision = decision
        self.receivedAt = receivedAt
        self.dispatchedAt = dispatchedAt
        self.endedAt = endedAt
    }

    public var callID: String {
        switch question {
        case .route(let call): call.callID
        case .proceed(let progress): progress.callID
        }
    }
}
