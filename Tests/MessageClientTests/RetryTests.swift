import MessageClient
import MessageConnection
import MessageWire
import Testing

/// gRPC's A6, by example.
@Suite("Retries")
struct RetryTests {
    let outcomes = Outcomes()

    func submit(_ request: Request, to broker: VirtualBroker, index: Int = 0, timeout: Int64 = 60_000) {
        broker.requests.submit(request, deadline: broker.now + timeout, .bulk(outcomes.sink, index: index))
    }

    @Test("waits grow by the multiplier up to the longest, each off by a fifth at most")
    func backoff() throws {
        let broker = VirtualBroker(
            RetryPolicy(maxAttempts: 6, initialBackoff: .milliseconds(100), maxBackoff: .milliseconds(500), multiplier: 3))
        broker.open()
        submit(try .unary("a/B", idempotent: true), to: broker)
        let times = try broker.times(until: 5000, status: .unavailable)
        let ceilings: [Int64] = [100, 300, 500, 500, 500]
        #expect(times.count == 6)
        for (wait, ceiling) in zip(zip(times, times.dropFirst()).map { $1 - $0 }, ceilings) {
            #expect(ceiling * 8 / 10...ceiling * 12 / 10 + DeadlineWheel.step ~= wait)
        }
        #expect(outcomes.error(0)?.status == .unavailable)
    }

    @Test("the wait of any policy lies within a fifth of A6's ceiling", arguments: UInt64(1)...200)
    func anyBackoff(seed: UInt64) {
        var random = Xorshift(state: seed)
        let initial = Int64.random(in: 0...10_000, using: &random)
        let longest = Int64.random(in: 0...100_000, using: &random)
        let multiplier = Double.random(in: 0.1...10, using: &random)
        let policy = RetryPolicy(initialBackoff: .milliseconds(initial), maxBackoff: .milliseconds(longest), multiplier: multiplier)
        var ceiling = Double(min(max(1, initial), max(1, longest)))
        for retry in 1...40 {
            let noise = Double.random(in: 0..<1, using: &random)
            let wait = Double(policy.backoff(retry: retry, noise: noise))
            #expect(wait >= 1 && wait >= ceiling * 0.799 - 1 && wait <= ceiling * 1.201 + 1, "seed \(seed), retry \(retry)")
            ceiling = min(ceiling * multiplier, Double(max(1, longest)))
        }
        #expect(policy.backoff(retry: .max, noise: 0.5) >= 1)
    }

    @Test("numbers that make no sense become the nearest that do")
    func nonsense() {
        let policy = RetryPolicy(maxAttempts: -3, initialBackoff: .seconds(-1), maxBackoff: .zero, multiplier: .nan)
        #expect(policy.maxAttempts == 1)
        #expect(policy.backoff(retry: 9, noise: 0.999) == 1)
        #expect(RetryThrottling(maxTokens: 0, tokenRatio: .nan) == RetryThrottling(maxTokens: 1, tokenRatio: 0.001))
    }

    @Test("a pushback is obeyed with any status, exactly, and the backoff begins anew")
    func pushback() throws {
        let broker = VirtualBroker(RetryPolicy(maxAttempts: 4, initialBackoff: .milliseconds(100), multiplier: 8))
        broker.open()
        let request = try Request.unary("a/B", idempotent: true)
        submit(request, to: broker)
        broker.turn()
        try broker.answer(request.id, status: .unavailable)
        let first = try #require((1..<200).first { !broker.turn(at: $0).isEmpty })
        #expect(80...128 ~= first)
        try broker.answer(request.id, status: .notFound, pushback: 1000)
        let second = try #require((first..<3000).first { !broker.turn(at: $0).isEmpty })
        #expect(first + 1000...first + 1000 + DeadlineWheel.step ~= second)
        try broker.answer(request.id, status: .unavailable)
        let third = try #require((second..<4000).first { !broker.turn(at: $0).isEmpty })
        #expect(80...128 ~= third - second)
    }

    @Test("only the policy's statuses are tried again unasked", arguments: StatusCode.allCases.dropFirst())
    func statuses(status: StatusCode) throws {
        let policy = RetryPolicy(maxAttempts: 3, retryable: [.aborted, .dataLoss])
        let broker = VirtualBroker(policy)
        broker.open()
        submit(try .unary("a/B", idempotent: true), to: broker)
        let isRetryable = status == .aborted || status == .dataLoss
        #expect(try broker.times(until: 1000, status: status).count == (isRetryable ? 3 : 1))
        #expect(policy.retries(status) == isRetryable)
        #expect(outcomes.error(0)?.status == status)
    }

    @Test("a request's own policy goes before the client's")
    func override() throws {
        let broker = VirtualBroker()
        broker.open()
        var request = try Request.unary("a/B", idempotent: true)
        request.retryPolicy = .never
        submit(request, to: broker)
        #expect(try broker.times(until: 1000, status: .unavailable, pushback: 5).count == 1)
        #expect(outcomes.error(0)?.status == .unavailable)
    }

    @Test("a lost session is an attempt like another")
    func lostSessions() throws {
        let broker = VirtualBroker(RetryPolicy(maxAttempts: 3))
        submit(try .unary("a/B", idempotent: true), to: broker)
        for _ in 0..<5 {
            broker.open()
            broker.turn()
            broker.lose()
        }
        broker.turn()
        #expect(broker.sent.count == 3)
        #expect(outcomes.error(0)?.status == .unavailable)
        #expect(outcomes.error(0)?.wasSent == true)
    }

    @Test("a durable request is sent until its timeout, whatever the policy's number")
    func durable() throws {
        let broker = VirtualBroker(RetryPolicy(maxAttempts: 2, maxBackoff: .milliseconds(100)))
        broker.open()
        submit(try .durable("c/D"), to: broker, timeout: 2000)
        let times = try broker.times(until: 3000, status: .unavailable)
        #expect(times.count > 10)
        #expect(Set(broker.sent.map(\.id)).count == 1)
        #expect(times.allSatisfy { $0 < 2000 })
        // What the broker said last, unless the deadline came while the next attempt was waited for.
        #expect([.unavailable, .deadlineExceeded].contains(outcomes.error(0)?.status))
    }

    // MARK: what is not idempotent

    @Test(
        "any answer is final for a call that is not idempotent",
        arguments: [(StatusCode.unavailable, UInt32(0)), (.unavailable, 40), (.aborted, 40), (.resourceExhausted, 0), (.failedPrecondition, 40)])
    func once(status: StatusCode, pushback: UInt32) throws {
        let broker = VirtualBroker()
        broker.open()
        submit(try .unary("a/B"), to: broker)
        #expect(try broker.times(until: 1000, status: status, pushback: pushback).count == 1)
        #expect(outcomes.error(0)?.status == status)
    }

    // MARK: throttling

    @Test("failures that qualify empty the bucket, and successes fill it again")
    func throttled() throws {
        let broker = VirtualBroker(RetryPolicy(maxAttempts: 2, retryable: [.unavailable]), throttling: RetryThrottling(maxTokens: 4, tokenRatio: 0.5))
        broker.open()
        func attempts(_ status: StatusCode, pushback: UInt32 = 0) throws -> Int {
            submit(try .unary("a/B", idempotent: true), to: broker)
            return try broker.times(until: broker.now + 200, status: status, pushback: pushback).count
        }
        // Statuses that say nothing about the broker's health take no token.
        for _ in 0..<10 { #expect(try attempts(.invalidArgument) == 1) }
        // Three are left after the first failure, two after the second, and that is half.
        #expect(try attempts(.unavailable) == 2)
        #expect(try attempts(.unavailable) == 1)
        for _ in 0..<10 { #expect(try attempts(.ok) == 1) }
        #expect(try attempts(.unavailable) == 2)
        #expect(try attempts(.unavailable) == 1)
        for _ in 0..<10 { #expect(try attempts(.ok) == 1) }
        // "Never" counts too.
        for _ in 0..<2 { #expect(try attempts(.alreadyExists, pushback: .max) == 1) }
        #expect(try attempts(.unavailable) == 1)
    }

    @Test("tokens stay between none and all, and above half there are retries", arguments: UInt64(1)...50)
    func tokens(seed: UInt64) {
        var random = Xorshift(state: seed)
        let throttling = RetryThrottling(maxTokens: .random(in: 1...50, using: &random), tokenRatio: .random(in: 0.001...3, using: &random))
        var tokens = RetryTokens(throttling)
        let ratio = (throttling.tokenRatio * 1000).rounded() / 1000
        var model = Double(throttling.maxTokens)
        for _ in 0..<1000 {
            if Bool.random(using: &random) {
                tokens.succeeded()
                model = min(Double(throttling.maxTokens), model + ratio)
            } else {
                let mayRetry = tokens.failed()
                model = max(0, model - 1)
                let threshold = Double(throttling.maxTokens) / 2
                if abs(model - threshold) > 0.000_1 { #expect(mayRetry == (model > threshold), "seed \(seed)") }
            }
        }
    }
}
