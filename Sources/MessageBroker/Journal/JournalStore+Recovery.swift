import MessageWire
import SQLite

extension JournalStore {
    /// Begins an epoch; durable when it returns.
    mutating func open() throws(SQLiteError) -> JournalOpening {
        try database.begin()
        do throws(SQLiteError) {
            let epoch = (try setting("epoch") ?? 0) + 1
            try setSetting("epoch", epoch)
            let key = try tokenKey()
            let lastSequence = max(try database.number("SELECT max(sequence) FROM request") ?? 0, try setting("forgotten_sequence") ?? 0)
            let dead = try deadByService()
            try database.commit()
            return JournalOpening(epoch: UInt64(bitPattern: epoch), tokenKey: key, lastSequence: UInt64(bitPattern: lastSequence), dead: dead)
        } catch {
            try? database.rollback()
            throw error
        }
    }

    mutating func recover(_ body: (RecoveredRequest, UnsafeRawBufferPointer) -> Void) throws(SQLiteError) {
        // CROSS JOIN keeps SQLite from beginning with the settled requests, of which there may be millions.
        var all = try database.prepare(
            """
            SELECT b.sequence, r.id, r.digest, r.service, r.target, r.accepted_at, r.expires_at, r.progress, b.frame
            FROM body AS b CROSS JOIN request AS r ON r.sequence = b.sequence ORDER BY b.sequence
            """, persistent: false)
        while try all.step() {
            let sequence = UInt64(bitPattern: all.int64(0))
            let (accepted, asked, target) = (all.int64(5), try live(all.int64(3)), all.optionalInt64(4))
            now = max(now, accepted)
            let deliveries: [StoredRequest.Delivery]
            if let target {
                guard let (progress, endedAt) = all.withBytes(7, PackedProgress.unpack) else { throw damaged("a progress that no version wrote") }
                if progress.state == .dead || progress.state == .settled { continue }
                deliveries = [StoredRequest.Delivery(service: try live(target), progress: progress, endedAt: endedAt)]
            } else {
                deliveries = try self.deliveries(sequence).filter { $0.progress.state != .dead && $0.progress.state != .settled }
            }
            all.withBytes(8) { frame in
                let entry = JournalEntry(
                    sequence: sequence, id: all.withBytes(1, RequestID.init), digest: all.withBytes(2, RequestDigest.init), service: asked.id,
                    acceptedAt: accepted, expiresAt: all.int64(6), frame: 0..<frame.byteCount)
                frame.withUnsafeBytes { frame in
                    for delivery in deliveries {
                        body(RecoveredRequest(entry: entry, service: delivery.service.name, progress: delivery.progress), frame)
                    }
                }
            }
        }
    }

    mutating func setting(_ name: String) throws(SQLiteError) -> Int64? {
        var statement = try database.prepare("SELECT value FROM setting WHERE name = ?", persistent: false)
        try statement.bind(name, at: 1)
        return try statement.step() ? statement.int64(0) : nil
    }

    mutating func setSetting(_ name: String, _ value: Int64) throws(SQLiteError) {
        try forgetting.setSetting.bind(name, at: 1)
        try forgetting.setSetting.bind(value, at: 2)
        try forgetting.setSetting.run()
    }

    private mutating func tokenKey() throws(SQLiteError) -> (UInt64, UInt64) {
        if let high = try setting("token_key_high"), let low = try setting("token_key_low") {
            return (UInt64(bitPattern: high), UInt64(bitPattern: low))
        }
        // The system's generator: nobody who sees tokens may guess the key.
        var random = SystemRandomNumberGenerator()
        let key = (random.next() as UInt64, random.next() as UInt64)
        try setSetting("token_key_high", Int64(bitPattern: key.0))
        try setSetting("token_key_low", Int64(bitPattern: key.1))
        return key
    }

    private mutating func deadByService() throws(SQLiteError) -> [String: Int] {
        var statement = try database.prepare("SELECT service, count(*) FROM dead GROUP BY service", persistent: false)
        var dead: [String: Int] = [:]
        while try statement.step() {
            dead[try live(statement.int64(0)).name] = Int(statement.int64(1))
        }
        return dead
    }
}
