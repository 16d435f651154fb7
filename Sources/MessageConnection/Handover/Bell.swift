import Synchronization
package import ZeroMQ

/// Wakes a loop, at most once for each time it goes to sleep.
///
/// The loop says it is about to sleep, looks at its mailboxes once more, and polls. Whoever posts puts the item in first and
/// rings then: either the loop's last look sees the item, or the ring sees the sleeper.
package final class Bell: Sendable {
    package let doorbell: Doorbell
    private let asleep = Atomic(false)

    package init() throws(ZeroMQError) {
        doorbell = try Doorbell()
    }

    /// A system call only where the loop may be asleep.
    package func ring() {
        if asleep.exchange(false, ordering: .sequentiallyConsistent) { doorbell.ring() }
    }

    func sleepSoon() {
        asleep.store(true, ordering: .sequentiallyConsistent)
    }

    func wakeUp() {
        asleep.store(false, ordering: .sequentiallyConsistent)
    }
}
