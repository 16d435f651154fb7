import SQLite

struct ProgressStatements: ~Copyable {
    var single: Statement
    var delivery: Statement
    var others: Statement
    var whole: Statement
    var dropBody: Statement
    var ended: Statement
    /// A progress without words on its way into a statement: lent, so that settling allocates nothing.
    let packed = UnsafeMutableRawBufferPointer.allocate(byteCount: PackedProgress.size, alignment: 8)

    deinit {
        packed.deallocate()
    }
}

extension ProgressStatements {
    init(_ database: borrowing Database) throws(SQLiteError) {
        self.init(
            single: try database.prepare("UPDATE request SET progress = ? WHERE sequence = ? AND target = ?"),
            delivery: try database.prepare("UPDATE delivery SET progress = ? WHERE sequence = ? AND service = ?"),
            // The first byte is the state.
            others: try database.prepare("SELECT 1 FROM delivery WHERE sequence = ? AND substr(progress, 1, 1) <> x'04' LIMIT 1"),
            whole: try database.prepare("UPDATE request SET progress = ? WHERE sequence = ?"),
            dropBody: try database.prepare("DELETE FROM body WHERE sequence = ?"),
            ended: try database.prepare("INSERT INTO ended (sequence, at) VALUES (?, ?)"))
    }
}

enum DeliveryPlace {
    /// In the request's row: the request has no other delivery.
    case alone
    case amongSeveral
}

extension JournalStore {
    /// Notes where a delivery stands; nil where there is no such delivery.
    mutating func write(_ progress: DeliveryProgress, at time: Int64, _ sequence: UInt64, _ service: Int64) throws(SQLiteError) -> DeliveryPlace? {
        if PackedProgress.hasWords(progress) {
            let packed = PackedProgress.pack(progress, at: time)
            return try packed.span.bytes.withUnsafeBytes { bytes throws(SQLiteError) in try write(bytes, sequence, service) }
        }
        PackedProgress.put(progress, at: time, into: moving.packed)
        return try write(UnsafeRawBufferPointer(moving.packed), sequence, service)
    }

    private mutating func write(_ packed: UnsafeRawBufferPointer, _ sequence: UInt64, _ service: Int64) throws(SQLiteError) -> DeliveryPlace? {
        try moving.single.bind(lent: packed, at: 1)
        try moving.single.bind(Int64(bitPattern: sequence), at: 2)
        try moving.single.bind(service, at: 3)
        try moving.single.run()
        if database.changes == 1 { return .alone }
        try moving.delivery.bind(lent: packed, at: 1)
        try moving.delivery.bind(Int64(bitPattern: sequence), at: 2)
        try moving.delivery.bind(service, at: 3)
        try moving.delivery.run()
        return database.changes == 1 ? .amongSeveral : nil
    }

    /// A delivery that was neither dead nor settled is now.
    mutating func end(_ sequence: UInt64, _ service: Int64, _ progress: DeliveryProgress, at time: Int64) throws(SQLiteError) {
        guard let place = try write(progress, at: time, sequence, service) else { return }
        guard progress.state == .settled else {
            if progress.state == .dead { try bury(sequence, service) }
            return
        }
        switch place {
        case .alone: break
        case .amongSeveral:
            guard try allSettled(sequence) else { return }
            PackedProgress.put(DeliveryProgress(state: .settled), at: time, into: moving.packed)
            try moving.whole.bind(lent: UnsafeRawBufferPointer(moving.packed), at: 1)
            try moving.whole.bind(Int64(bitPattern: sequence), at: 2)
            try moving.whole.run()
        }
        try moving.dropBody.bind(Int64(bitPattern: sequence), at: 1)
        try moving.dropBody.run()
        try moving.ended.bind(Int64(bitPattern: sequence), at: 1)
        try moving.ended.bind(time, at: 2)
        try moving.ended.run()
        forgetting.noteEnd(database.lastInsertRowID, Int64(bitPattern: sequence), at: time)
    }

    private mutating func allSettled(_ sequence: UInt64) throws(SQLiteError) -> Bool {
        defer { moving.others.reset() }
        try moving.others.bind(Int64(bitPattern: sequence), at: 1)
        return try !moving.others.step()
    }
}
