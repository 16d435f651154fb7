import MessageBroker

extension String {
    static let echo = "test.v1.Echo"
    static let say = "test.v1.Echo/Say"
    static let teed = "test.v1.Teed"
    static let route = "test.v1.Teed/Route"
    static let jobs = "test.v1.Jobs"
    static let run = "test.v1.Jobs/Run"
    static let ledger = "test.v1.Ledger"
    static let second = "test.v1.Second"
    static let publish = "test.v1.Events/Publish"
}

extension BrokerConfiguration {
    /// Echo, Teed and Early are unary; Jobs, Ledger and Second durable; Events fans out to Ledger and Second.
    static func test(_ change: (inout BrokerConfiguration) -> Void = { _ in }) -> BrokerConfiguration {
        var configuration = with()
        change(&configuration)
        return configuration
    }

    static func with(
        unary: (inout UnaryPolicy) -> Void = { _ in }, durable: (inout DurablePolicy) -> Void = { _ in }
    ) -> BrokerConfiguration {
        var configuration = BrokerConfiguration()
        var plain = UnaryPolicy()
        unary(&plain)
        var kept = DurablePolicy()
        kept.jitter = 0
        durable(&kept)
        var synced = plain
        synced.tee = "test.v1.Ledger/Record"
        var early = synced
        early.teeAcknowledgement = .early
        var fanned = kept
        fanned.fanOut = [.ledger, .second]
        configuration.services = [
            .echo: .unary(plain), .teed: .unary(synced), "test.v1.Early": .unary(early), .jobs: .durable(kept), .ledger: .durable(kept),
            .second: .durable(kept), "test.v1.Events": .durable(fanned),
        ]
        return configuration
    }
}
