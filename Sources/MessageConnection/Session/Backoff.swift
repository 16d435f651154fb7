/// Growing waits, in milliseconds, each taken off by up to a fifth so that peers that failed together do not come back together.
package struct Backoff: Sendable {
    private let initial: Int64
    private let longest: Int64
    private var present: Int64
    private var noise: UInt64

    package init(initial: Int64, longest: Int64, seed: UInt64 = .random(in: 1...UInt64.max)) {
        self.initial = initial
        self.longest = longest
        present = initial
        noise = seed | 1
    }

    package mutating func next() -> Int64 {
        let wait = present
        present = min(present * 2, longest)
        // xorshift64 (Marsaglia 2003): good enough to spread, and no system call.
        noise ^= noise << 13
        noise ^= noise >> 7
        noise ^= noise << 17
        return max(1, wait - Int64(noise % UInt64(wait / 5 + 1)))
    }

    package mutating func reset() {
        present = initial
    }
}
