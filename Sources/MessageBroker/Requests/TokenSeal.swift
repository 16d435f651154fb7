import MessageWire

/// Makes lease tokens that can be checked without memory, also after a restart (wire.md §5).
///
/// A token is the delivery's number and a keyed hash of it, the request's id and the service: SipHash-2-4
/// (Aumasson and Bernstein, 2012) under a key that belongs to the data folder. The service is in it because the deliveries
/// of a fanned-out request share their id: what one worker has done settles nothing of another's.
struct TokenSeal {
    private let key: (UInt64, UInt64)
    /// Numbers of different epochs never meet: the epoch stands above the counter.
    private var deliveries: UInt64

    init(key: (UInt64, UInt64), epoch: UInt64) {
        self.key = key
        deliveries = epoch << 40
    }

    /// - Parameter service: its name's hash; numbers of services are given anew at each start.
    mutating func next(for id: RequestID, _ service: UInt64) -> Token {
        deliveries += 1
        return Token(delivery: deliveries, seal: seal(deliveries, id, service))
    }

    /// Whether this data folder issued the token for this id and this service, at any time.
    func isOurs(_ token: Token, for id: RequestID, _ service: UInt64) -> Bool {
        token.delivery != 0 && seal(token.delivery, id, service) == token.seal
    }

    private func seal(_ delivery: UInt64, _ id: RequestID, _ service: UInt64) -> UInt64 {
        var state = SipState(key)
        state.absorb(delivery)
        state.absorb(id.high)
        state.absorb(id.low)
        state.absorb(service)
        return state.finish(length: 32)
    }
}

private struct SipState {
    private var v0, v1, v2, v3: UInt64

    init(_ key: (UInt64, UInt64)) {
        v0 = key.0 ^ 0x736F_6D65_7073_6575
        v1 = key.1 ^ 0x646F_7261_6E64_6F6D
        v2 = key.0 ^ 0x6C79_6765_6E65_7261
        v3 = key.1 ^ 0x7465_6462_7974_6573
    }

    mutating func absorb(_ word: UInt64) {
        v3 ^= word
        round()
        round()
        v0 ^= word
    }

    mutating func finish(length: UInt64) -> UInt64 {
        absorb(length << 56)
        v2 ^= 0xFF
        for _ in 0..<4 { round() }
        return v0 ^ v1 ^ v2 ^ v3
    }

    @inline(__always)
    private mutating func round() {
        v0 = v0 &+ v1
        v2 = v2 &+ v3
        v1 = v1 << 13 | v1 >> 51
        v3 = v3 << 16 | v3 >> 48
        v1 ^= v0
        v3 ^= v2
        v0 = v0 << 32 | v0 >> 32
        v2 = v2 &+ v1
        v0 = v0 &+ v3
        v1 = v1 << 17 | v1 >> 47
        v3 = v3 << 21 | v3 >> 43
        v1 ^= v2
        v3 ^= v0
        v2 = v2 << 32 | v2 >> 32
    }
}
