/// The credit of one service in one session (wire.md §2, "Credit"): what was granted and spent, and what is held.
///
/// Whatever happens, the tasks held and the tasks that may still come are together no more than the limit.
package struct CreditAccount {
    package let limit: Int
    /// Cumulative in this session, modulo 2³².
    private var granted: UInt32 = 0
    private var spent: UInt32 = 0
    /// Tasks at work, of earlier sessions too.
    package private(set) var held = 0

    package init(limit: Int) {
        self.limit = max(1, min(limit, Int(Int32.max)))
    }

    /// Tasks that may still come.
    private var open: Int { max(0, Int(Int32(bitPattern: granted &- spent))) }

    package mutating func sessionOpened() {
        granted = 0
        spent = 0
    }

    package mutating func take() {
        spent &+= 1
        held += 1
    }

    package mutating func release() {
        held -= 1
    }

    /// The cumulative credit to announce, where it is worth a message.
    ///
    /// A quarter of the limit at a time; and at once when the broker has less than that left, so that slow tasks do not keep
    /// places empty.
    package mutating func topUp() -> UInt32? {
        let more = limit - held - open
        guard more > 0, more >= limit / 4 || open < limit / 4 else { return nil }
        // A broker that sent more than granted is behind by that much first.
        granted = spent &+ UInt32(open + more)
        return granted
    }
}
