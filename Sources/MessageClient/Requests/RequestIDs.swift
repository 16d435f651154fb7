import MessageConnection
public import MessageWire
import Synchronization

/// Where new request ids come from: UUIDs of version 7.
///
/// The system's generator gives the seed and not every id: at a hundred thousand ids a second its system calls would be
/// a tenth of a core.
public enum RequestIDs {
    private static let generator = Mutex(Xoshiro256())

    public static func next() -> RequestID {
        let now = MonotonicTime.wall()
        return generator.withLock { RequestID(v7At: now, using: &$0) }
    }
}

/// xoshiro256** (Blackman and Vigna 2018).
struct Xoshiro256: RandomNumberGenerator {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    init() {
        var system = SystemRandomNumberGenerator()
        // Never all zero: that state would stay.
        state = (system.next(), system.next(), system.next(), system.next() | 1)
    }

    mutating func next() -> UInt64 {
        let scaled = state.1 &* 5
        let result = (scaled << 7 | scaled >> 57) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = state.3 << 45 | state.3 >> 19
        return result
    }
}
