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
        }
    }

    /// Eight bytes: a hash may be any number, and has no shorter form.
    private mutating func word(_ value: UInt64) { withUnsafeBytes(of: value.bigEndian) { raw(Array($0)) } }
}

extension ByteReader {
    mutating func erasure() throws(StorageError) -> Erasure {
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
            return Erasure.Origin(attribution: attribution, source: try reader.optional { reader throws(StorageError) in try reader.source() })
        }
        return erasure
    }

    private mutating func word() throws(StorageError) -> UInt64 {
        try raw(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
