import CallModel
package import CallRouting
package import CallStorage

/// The request of `trunkline.v1.LiveCalls/Ask`; its reply is a `LiveAnswer`.
extension LiveQuestion: PackedBody {
    package static var kind: String { "question of live state" }
    package static var format: UInt8 { 1 }

    package func pack(into writer: inout ByteWriter) {
        writer.text(account)
        writer.text(callID)
        writer.small(step)
        writer.time(at)
        writer.small(maxCallSeconds)
        writer.flag(isTest)
        writer.list(ended) { writer, attempt in
            writer.text(attempt.destinationID)
            writer.choice(attempt.result)
        }
        writer.list(rings) { writer, ring in ring.pack(into: &writer) }
    }

    package init(from reader: inout ByteReader) throws(StorageError) {
        self.init(
            account: try reader.text(), callID: try reader.text(), step: try reader.small(), at: try reader.time(),
            maxCallSeconds: try reader.small(), isTest: try reader.flag(),
            ended: try reader.list { reader throws(StorageError) in
                EndedAttempt(destinationID: try reader.text(), result: try reader.choice(AttemptResult.self))
            },
            rings: try reader.list { reader throws(StorageError) in try RingQuestion(from: &reader) })
    }
}

extension RingQuestion {
    fileprivate func pack(into writer: inout ByteWriter) {
        writer.text(flow)
        writer.text(place)
        writer.choice(kind)
        writer.flag(isEntered)
        writer.list(tiers) { writer, tier in
            writer.list(tier) { writer, candidate in candidate.pack(into: &writer) }
        }
        writer.list(weights) { writer, weight in writer.small(weight) }
        writer.flag(sticky != nil)
        if let sticky { writer.text(sticky) }
    }

    fileprivate init(from reader: inout ByteReader) throws(StorageError) {
        self.init(
            flow: try reader.text(), place: try reader.text(), kind: try reader.choice(Ring.Kind.self), tiers: [],
            isEntered: try reader.flag())
        tiers = try reader.list { reader throws(StorageError) in
            try reader.list { reader throws(StorageError) in try Candidate(from: &reader) }
        }
        weights = try reader.list { reader throws(StorageError) in try reader.small() }
        sticky = try reader.flag() ? try reader.text() : nil
        // One weight a tier is what whoever chooses goes by.
        guard weights.count == tiers.count || weights.isEmpty && !(kind == .weighted && isEntered) else { throw ByteReader.damaged }
    }
}

extension Candidate {
    fileprivate func pack(into writer: inout ByteWriter) {
        writer.text(id)
        writer.flag(ineligibility != nil)
        if let ineligibility { writer.choice(ineligibility) }
        writer.flag(isAvoided)
        writer.list(limits) { writer, limit in
            writer.small(limit.max)
            writer.choice(limit.per)
            writer.choice(limit.count)
            writer.text(limit.zone.name)
            writer.flag(limit.from != nil)
            if let from = limit.from { writer.number(Int64(from.dayNumber)) }
        }
    }

    fileprivate init(from reader: inout ByteReader) throws(StorageError) {
        self.init(
            id: try reader.text(), ineligibility: try reader.flag() ? try reader.choice(Ineligibility.self) : nil, isAvoided: try reader.flag(),
            limits: try reader.list { reader throws(StorageError) in try Limit(from: &reader) })
    }
}

extension Limit {
    fileprivate init(from reader: inout ByteReader) throws(StorageError) {
        let max = try reader.small()
        let per = try reader.choice(Period.self)
        let count = try reader.choice(Count.self)
        guard let zone = ZoneRules.named(try reader.text()) else { throw ByteReader.damaged }
        self.init(max: max, per: per, count: count, zone: zone, from: try reader.flag() ? try reader.day() : nil)
    }
}

extension ByteReader {
    fileprivate mutating func day() throws(StorageError) -> CivilDate {
        let number = try number()
        // The days that can be written in RFC 3339.
        guard let day = Int(exactly: number), -719_162...2_932_896 ~= day else { throw ByteReader.damaged }
        return CivilDate(dayNumber: day)
    }
}
