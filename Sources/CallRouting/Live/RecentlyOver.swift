import CallModel

/// Which calls are over, long enough to tell the latest progress that may still be believed: a continuation is good for 10 minutes.
///
/// At 15,000 calls a second these are ten million: eight bytes each, in a table for every minute.
struct RecentlyOver {
    /// The minute in which a mark is made, and eleven whole ones.
    private static let minutesKept = 12

    private let key: SecretKey
    /// The oldest first.
    private var minutes: [(minute: Int, hashes: Set<UInt64>)] = []
    private var fresh: [OverMarks] = []
    private var keptFrom: Int?

    init(_ key: SecretKey, _ marks: [OverMarks] = []) {
        self.key = key
        for (minute, marks) in Dictionary(grouping: marks, by: \.minute).sorted(by: { $0.key < $1.key }) {
            minutes.append((minute, Set(marks.lazy.flatMap(\.hashes))))
        }
    }

    func contains(_ callID: String) -> Bool { minutes.isEmpty ? false : contains(hash(of: callID)) }

    mutating func insert(_ callID: String, now: Timestamp) {
        let hash = hash(of: callID)
        if contains(hash) { return }
        // A clock that was put back does not open an older minute again.
        let minute = max(Self.minute(of: now), minutes.last?.minute ?? .min)
        if minutes.last?.minute != minute {
            var hashes: Set<UInt64> = []
            // Growing by doubling would copy it again and again while calls wait.
            hashes.reserveCapacity(minutes.last?.hashes.count ?? 0)
            minutes.append((minute, hashes))
        }
        minutes[minutes.count - 1].hashes.insert(hash)
        if fresh.last?.minute != minute { fresh.append(OverMarks(minute: minute, hashes: [])) }
        fresh[fresh.count - 1].hashes.append(hash)
    }

    mutating func expire(now: Timestamp) {
        let kept = Self.minute(of: now) - Self.minutesKept + 1
        guard let oldest = minutes.first?.minute, oldest < kept else { return }
        minutes.removeAll { $0.minute < kept }
        fresh.removeAll { $0.minute < kept }
        keptFrom = kept
    }

    mutating func takeChanges(into changes: inout LiveChanges) {
        changes.marks = fresh
        changes.marksKeptFrom = keptFrom
        fresh = []
        keptFrom = nil
    }

    private func contains(_ hash: UInt64) -> Bool { minutes.contains { $0.hashes.contains(hash) } }

    private func hash(of callID: String) -> UInt64 {
        var hash = SipHash(key, .table)
        hash.feed(callID)
        return hash.finish()
    }

    private static func minute(of time: Timestamp) -> Int { Int(time.milliseconds / 60_000) }
}
