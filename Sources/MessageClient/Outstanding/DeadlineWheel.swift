package import MessageWire

/// Reminders by time, cheap to add and never taken back: whoever is reminded looks whether it still matters.
///
/// A reminder comes at its time or at most one step later. Times are milliseconds.
package struct DeadlineWheel {
    /// Milliseconds of one slot: small against the 50 that a late answer may take (reliability.md).
    package static let step: Int64 = 8
    private static let slots = 1024

    private var wheel: [[(at: Int64, id: RequestID)]] = Array(repeating: [], count: slots)
    private var position: Int64

    package init(now: Int64) {
        position = now / Self.step
    }

    package mutating func add(_ id: RequestID, at: Int64) {
        let slot = max(position + 1, (at + Self.step - 1) / Self.step)
        wheel[Int(slot % Int64(Self.slots))].append((at, id))
    }

    /// Appends to `due` every reminder whose time has come.
    package mutating func advance(to now: Int64, due: inout [RequestID]) {
        let end = now / Self.step
        guard end > position else { return }
        // After a long pause one round sees every slot.
        let first = max(position + 1, end - Int64(Self.slots) + 1)
        for slot in first...end {
            let index = Int(slot % Int64(Self.slots))
            guard !wheel[index].isEmpty else { continue }
            wheel[index].removeAll { reminder in
                guard reminder.at <= now else { return false }
                due.append(reminder.id)
                return true
            }
        }
        position = end
    }

    /// When to look again: the next slot that holds anything.
    package func next() -> Int64? {
        for slot in position + 1...position + Int64(Self.slots) where !wheel[Int(slot % Int64(Self.slots))].isEmpty {
            return slot * Self.step
        }
        return nil
    }
}
