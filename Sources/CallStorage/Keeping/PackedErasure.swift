internal import CallAttribution
internal import CallModel

extension ByteWriter {
    mutating func erasure(_ erasure: Erasure) {
        time(erasure.at)
        word(erasure.salt.first)
        word(erasure.salt.second)
        list(erasure.known) { $0.word($1) }
        optional(erasure.firstTime) { $0.flag($1) }
        optional(erasure.priorCalls) { $0.small($1) }
        optional(erasure.judgement) { writer, judgement in
            writer.optional(judgement.qualified) { $0.flag($1) }
            writer.optional(judgement.rule) { $0.text($1) }
        }
        optional(erasure.origin) { writer, origin in
            writer.text(origin.attribution.rawValue)
            writer.optional(origin.source) { $0.source($1) }
            writer.optional(origin.touches) { $0.touches($1) }
            writer.list(origin.candidates) { writer, candidate in
                writer.touches(candidate.touches)
                writer.word(candidate.confidence.bitPattern)
            }
        }
        word(UInt64(bitPattern: erasure.person))
        flag(erasure.isDuplicate)
    }

    private mutating func touches(_ touches: Erasure.Touches) {
        source(touches.first)
        source(touches.last)
    }

    /// Eight bytes: a hash may be any number, and has no shorter form.
    private mutating func word(_ value: UInt64) { withUnsafeBytes(of: value.bigEndian) { raw(Array($0)) } }
}

extension ByteReader {
    /// - Parameter isFirstForm: as it was written before the touches and the person were kept.
    mutating func erasure(isFirstForm: Bool) throws(StorageError) -> Erasure {
        let at = try time()
        var erasure = Erasure(at: at, salt: SecretKey(first: try word(), second: try word()))
        erasure.known = try list { reader throws(StorageError) in try reader.word() }
        erasure.firstTime = try optional { reader throws(StorageError) in try reader.flag() }
        erasure.priorCalls = try optional { reader throws(StorageError) in try reader.small() }
        erasure.judgement = try optional { reader throws(StorageError) in
            Erasure.Judgement(
                qualified: try reader.optional { reader throws(StorageError) in try reader.flag() },
                rule: try reader.optional { reader throws(StorageError) in try reader.text() })
        }
        erasure.origin = try optional { reader throws(StorageError) in
            guard let attribution = AttributionCertainty(rawValue: try reader.text()) else { throw Self.damaged }
            var origin = Erasure.Origin(attribution: attribution, source: try reader.optional { reader throws(StorageError) in try reader.source() })
            if isFirstForm { return origin }
            origin.touches = try reader.optional { reader throws(StorageError) in try reader.touches() }
            origin.candidates = try reader.list { reader throws(StorageError) in
                Erasure.Candidate(touches: try reader.touches(), confidence: Double(bitPattern: try reader.word()))
            }
            return origin
        }
        if isFirstForm { return erasure }
        erasure.person = Int64(bitPattern: try word())
        erasure.isDuplicate = try flag()
        return erasure
    }

    private mutating func touches() throws(StorageError) -> Erasure.Touches { Erasure.Touches(first: try source(), last: try source()) }

    private mutating func word() throws(StorageError) -> UInt64 {
        try raw(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
