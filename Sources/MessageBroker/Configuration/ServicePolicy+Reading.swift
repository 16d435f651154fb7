import MessageWire

extension ServicePolicy {
    /// Reads one entry of `services:` on top of `base`; nil, with a problem, where the class is not known.
    static func read(_ section: inout SettingsSection, over base: ServicePolicy?) -> ServicePolicy? {
        let isDurable: Bool
        switch section.text("class") {
        case "unary": isDurable = false
        case "durable": isDurable = true
        case let other?:
            section.refuse("class", "\"\(other)\" is neither unary nor durable")
            return nil
        case nil:
            guard let base else {
                section.refuse("class", "missing: write unary or durable")
                return nil
            }
            isDurable = base.isDurable
        }
        if isDurable {
            var policy = if case .durable(let policy) = base { policy } else { DurablePolicy() }
            policy.read(&section)
            return .durable(policy)
        }
        var policy = if case .unary(let policy) = base { policy } else { UnaryPolicy() }
        policy.read(&section)
        return .unary(policy)
    }

    /// Timeouts, leases and pushbacks travel as milliseconds in 32 bits, whose greatest value has a meaning of its own.
    fileprivate static let longest = Int64(UInt32.max) - 1
}

extension UnaryPolicy {
    fileprivate mutating func read(_ section: inout SettingsSection) {
        section.duration("default_timeout", &defaultTimeout, 1...ServicePolicy.longest)
        section.duration("max_timeout", &maxTimeout, 1...ServicePolicy.longest)
        section.count("max_deliveries", &maxDeliveries, 1...255)
        section.count("max_queue", &maxQueue, 1...100_000_000)
        section.size("max_queue_bytes", &maxQueueBytes, 1...(1 << 50))
        section.count("max_in_flight", &maxInFlight, 0...100_000_000)
        section.flag("send_peer", &sendPeer)
        if section.isNull("tee") {
            section.forget("tee")
            tee = nil
        } else if let path = section.text("tee") {
            tee = path
        }
        section.choice("tee_ack", &teeAcknowledgement)
    }
}

extension DurablePolicy {
    fileprivate mutating func read(_ section: inout SettingsSection) {
        section.duration("lease", &lease, 1...ServicePolicy.longest)
        section.count("max_attempts", &maxAttempts, 1...1_000_000)
        section.duration("initial_backoff", &initialBackoff, 0...ServicePolicy.longest)
        section.duration("max_backoff", &maxBackoff, 0...ServicePolicy.longest)
        section.number("multiplier", &multiplier, 1...1_000)
        section.number("jitter", &jitter, 0...1)
        readRetryable(&section)
        section.count("max_crashes", &maxCrashes, 1...1_000_000)
        section.count("max_queue", &maxQueue, 1...1_000_000_000)
        section.size("max_queue_bytes", &maxQueueBytes, 1...(1 << 50))
        section.count("max_in_flight", &maxInFlight, 0...100_000_000)
        section.flag("send_peer", &sendPeer)
        section.duration("linger", &linger, 0...1000)
        if let services = section.texts("fan_out") { fanOut = services }
    }

    private mutating func readRetryable(_ section: inout SettingsSection) {
        guard let names = section.texts("retryable") else { return }
        var codes: Set<StatusCode> = []
        for name in names {
            guard let code = StatusCode(name: name) else {
                let nearest = NearestWord.nearest(to: name.uppercased(), among: StatusCode.allCases.map(\.name))
                section.refuse("retryable", "\(name) is no gRPC status" + (nearest.map { "; did you mean \($0)?" } ?? ": write names as UNAVAILABLE"))
                continue
            }
            if code == .ok { section.refuse("retryable", "OK is success: leave it out") }
            codes.insert(code)
        }
        retryable = codes
    }
}
