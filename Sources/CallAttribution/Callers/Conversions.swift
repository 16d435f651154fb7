package import CallModel

/// A qualified call of one caller, as far as it decides what counts as a conversion (records.md §5).
package struct QualifiedCall: Hashable, Sendable {
    package let callID: String
    package let startedAt: Timestamp
    /// The account's `conversion_dedupe_hours`, pinned with the call; 0: every qualified call is a conversion.
    package let dedupeHours: Int

    package init(callID: String, startedAt: Timestamp, dedupeHours: Int) {
        self.callID = callID
        self.startedAt = startedAt
        self.dedupeHours = dedupeHours
    }
}

extension [QualifiedCall] {
    /// The ids of those that are conversions: in the order of their starts, each but one that begins within its hours after the last that counted.
    ///
    /// - Parameter self: the qualified calls of one caller in an account, in any order; tests and spam are none.
    package var conversions: Set<String> {
        var counted: Set<String> = []
        var last: Timestamp?
        for call in sorted(by: { $0.startedAt != $1.startedAt ? $0.startedAt < $1.startedAt : $0.callID.utf8.lexicographicallyPrecedes($1.callID.utf8) }) {
            // Hours are bounded by the directory (87,600); a damaged value must not overflow.
            let hours = Int64(Swift.min(Swift.max(call.dedupeHours, 0), 1_000_000))
            if let last, call.startedAt.milliseconds - last.milliseconds < hours * 3_600_000 { continue }
            counted.insert(call.callID)
            last = call.startedAt
        }
        return counted
    }
}
