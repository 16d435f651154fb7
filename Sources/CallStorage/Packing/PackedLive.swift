internal import CallModel
internal import CallRouting

/// Rows of live state that are read whole or not at all.
extension LiveCall {
    private static var format: UInt8 { 1 }

    var packed: [UInt8] {
        var writer = ByteWriter()
        writer.byte(Self.format)
        writer.text(callID)
        writer.text(account)
        writer.small(step)
        writer.count(fingerprint)
        writer.optional(choice) { $1.pack(into: &$0) }
        writer.list(offers) { $1.pack(into: &$0) }
        writer.optional(turn) { writer, turn in
            writer.text(turn.flow)
            writer.text(turn.place)
            writer.texts(turn.members)
        }
        writer.optional(endedAt) { $0.time($1) }
        writer.time(expiresAt)
        return writer.bytes
    }

    init(packed bytes: [UInt8]) throws(StorageError) {
        var reader = ByteReader(bytes)
        guard try reader.byte() == Self.format else { throw ByteReader.damaged }
        self.init(
            callID: try reader.text(), account: try reader.text(), step: try reader.small(), fingerprint: try reader.count(),
            choice: try reader.optional { reader throws(StorageError) in try RingChoice(from: &reader) },
            offers: try reader.list { reader throws(StorageError) in try LiveOffer(from: &reader) },
            turn: try reader.optional { reader throws(StorageError) in
                RoundRobinTurn(flow: try reader.text(), place: try reader.text(), members: try reader.texts())
            },
            endedAt: try reader.optional { reader throws(StorageError) in try reader.time() }, expiresAt: try reader.time())
        guard reader.isAtEnd else { throw ByteReader.damaged }
    }
}

extension RotationState {
    var packedCounters: [UInt8] {
        var writer = ByteWriter()
        writer.list(counters.sorted { $0.key < $1.key }) { writer, counter in
            writer.text(counter.key)
            writer.number(Int64(counter.value))
        }
        return writer.bytes
    }

    static func counters(packed bytes: [UInt8]) throws(StorageError) -> [String: Int] {
        var reader = ByteReader(bytes)
        var counters: [String: Int] = [:]
        for _ in 0..<(try reader.length()) {
            let id = try reader.text()
            counters[id] = Int(try reader.number())
        }
        return counters
    }
}

extension OverMarks {
    /// Eight bytes each: numbers that may be any have no shorter form.
    var packedHashes: [UInt8] { hashes.withUnsafeBytes { Array($0) } }

    static func hashes(packed bytes: [UInt8]) throws(StorageError) -> [UInt64] {
        guard bytes.count.isMultiple(of: 8) else { throw ByteReader.damaged }
        return bytes.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: 8).map { bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self) }
        }
    }
}

extension LiveOffer {
    fileprivate func pack(into writer: inout ByteWriter) {
        writer.text(destinationID)
        writer.small(step)
        writer.time(at)
        writer.optional(until) { $0.time($1) }
        writer.byte(state.rawValue)
        writer.flag(isAsked)
        writer.optional(toldAt) { $0.time($1) }
        writer.flag(isConnection)
        writer.small(resets)
    }

    fileprivate init(from reader: inout ByteReader) throws(StorageError) {
        let id = try reader.text()
        let step = try reader.small()
        let at = try reader.time()
        let until = try reader.optional { reader throws(StorageError) in try reader.time() }
        guard let state = State(rawValue: try reader.byte()) else { throw ByteReader.damaged }
        self.init(
            destinationID: id, step: step, at: at, until: until, state: state, isAsked: try reader.flag(),
            toldAt: try reader.optional { reader throws(StorageError) in try reader.time() }, isConnection: try reader.flag(),
            resets: try reader.small())
    }
}
