import MessageWire
import SQLite

struct AppendStatements: ~Copyable {
    var request: Statement
    var body: Statement
    var delivery: Statement
    var known: Statement
    /// Id and digest on their way into a statement: lent, so that an append allocates nothing.
    let names = UnsafeMutableRawBufferPointer.allocate(byteCount: 32, alignment: 8)

    deinit {
        names.deallocate()
    }
}

extension AppendStatements {
    init(_ database: borrowing Database) throws(SQLiteError) {
        var request = try database.prepare(
            "INSERT INTO request (sequence, id, digest, service, target, accepted_at, expires_at, method, progress) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
        var delivery = try database.prepare("INSERT OR IGNORE INTO delivery (sequence, service, place, progress) VALUES (?, ?, ?, ?)")
        // Every request begins like this: bound once.
        let fresh = PackedProgress.pack(DeliveryProgress(state: .ready), at: 0)
        try request.bind(fresh, at: 9)
        try delivery.bind(fresh, at: 4)
        self.init(
            request: request,
            body: try database.prepare("INSERT INTO body (sequence, frame) VALUES (?, ?)"),
            delivery: delivery,
            known: try database.prepare("SELECT sequence, digest, progress FROM request WHERE id = ?"))
    }
}

extension JournalStore {
    mutating func append(_ entry: JournalEntry, to services: DeliveryServices, frame: UnsafeRawBufferPointer) throws(SQLiteError) -> JournalAnswer {
        do {
            try insert(entry, services, frame)
        } catch {
            guard error.isDuplicateKey else { throw error }
            guard let digest = try knownDigest(of: entry, error) else {
                try insert(entry, services, frame)
                return .stored(sequence: entry.sequence)
            }
            return .known(sequence: entry.sequence, digest: digest)
        }
        return .stored(sequence: entry.sequence)
    }

    private mutating func insert(_ entry: JournalEntry, _ services: DeliveryServices, _ frame: UnsafeRawBufferPointer) throws(SQLiteError) {
        appending.names.storeBytes(of: entry.id.high.bigEndian, toByteOffset: 0, as: UInt64.self)
        appending.names.storeBytes(of: entry.id.low.bigEndian, toByteOffset: 8, as: UInt64.self)
        appending.names.storeBytes(of: entry.digest.high.bigEndian, toByteOffset: 16, as: UInt64.self)
        appending.names.storeBytes(of: entry.digest.low.bigEndian, toByteOffset: 24, as: UInt64.self)
        let names = UnsafeRawBufferPointer(appending.names)
        let sequence = Int64(bitPattern: entry.sequence)
        try appending.request.bind(sequence, at: 1)
        try appending.request.bind(lent: UnsafeRawBufferPointer(rebasing: names[..<16]), at: 2)
        try appending.request.bind(lent: UnsafeRawBufferPointer(rebasing: names[16...]), at: 3)
        try appending.request.bind(self.names.stored(entry.service, in: database), at: 4)
        switch services {
        case .one(let service): try appending.request.bind(self.names.stored(service, in: database), at: 5)
        case .several: try appending.request.bindNull(at: 5)
        }
        try appending.request.bind(entry.acceptedAt, at: 6)
        try appending.request.bind(entry.expiresAt, at: 7)
        try appending.request.bind(lent: RequestPath.method(of: frame), at: 8)
        try appending.request.run()

        try appending.body.bind(sequence, at: 1)
        try appending.body.bind(lent: frame, at: 2)
        try appending.body.run()

        guard case .several(let several) = services else { return }
        for (place, service) in several.enumerated() {
            try appending.delivery.bind(sequence, at: 1)
            try appending.delivery.bind(self.names.stored(service, in: database), at: 2)
            try appending.delivery.bind(place, at: 3)
            try appending.delivery.run()
        }
    }

    /// The digest of the request that has the id; nil if that one's time is over: it is forgotten now.
    private mutating func knownDigest(of entry: JournalEntry, _ duplicate: SQLiteError) throws(SQLiteError) -> RequestDigest? {
        defer { appending.known.reset() }
        try appending.known.bind(entry.id.bytes, at: 1)
        // Not the id then, but the sequence: a bug of ours that must not pass for a repeat.
        guard try appending.known.step() else { throw duplicate }
        guard let (progress, endedAt) = appending.known.withBytes(2, PackedProgress.unpack) else { throw damaged("a progress that no version wrote") }
        if progress.state == .settled, retention.forgets(endedAt: endedAt, now: now) {
            let sequence = appending.known.int64(0)
            appending.known.reset()
            try forget(sequence)
            return nil
        }
        return appending.known.withBytes(1, RequestDigest.init)
    }
}

extension RequestID {
    var bytes: [UInt8] {
        withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { [UInt8]($0) }
    }

    init(_ bytes: RawSpan) {
        let (high, low) = halves(bytes)
        self.init(high: high, low: low)
    }
}

extension RequestDigest {
    init(_ bytes: RawSpan) {
        (high, low) = halves(bytes)
    }
}

/// Two big-endian integers; zeros where a damaged row is too short.
private func halves(_ bytes: RawSpan) -> (UInt64, UInt64) {
    bytes.withUnsafeBytes { bytes in
        guard bytes.count >= 16 else { return (0, 0) }
        return (
            UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)), UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        )
    }
}
