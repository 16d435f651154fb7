package import CallRouting
package import CallStorage

extension LiveAnswer: PackedBody {
    package static var kind: String { "answer of live state" }
    package static var format: UInt8 { 1 }

    package func pack(into writer: inout ByteWriter) {
        switch self {
        case .over: writer.flag(false)
        case .choice(let choice):
            writer.flag(true)
            writer.list(choice.passes) { writer, pass in pass.pack(into: &writer) }
            writer.list(choice.plan) { writer, planned in
                writer.small(planned.ring)
                writer.list(planned.targets) { $0.text($1) }
            }
        }
    }

    package init(from reader: inout ByteReader) throws(StorageError) {
        guard try reader.flag() else {
            self = .over
            return
        }
        let passes = try reader.list { reader throws(StorageError) in try RingPass(from: &reader) }
        let plan = try reader.list { reader throws(StorageError) in
            PlannedRing(ring: try reader.small(), targets: try reader.list { reader throws(StorageError) in try reader.text() })
        }
        self = .choice(RingChoice(passes: passes, plan: plan))
    }
}

extension RingPass {
    fileprivate func pack(into writer: inout ByteWriter) {
        writer.list(considered) { writer, consideration in
            writer.text(consideration.destinationID)
            switch consideration.verdict {
            case .chosen(let preference):
                writer.flag(true)
                writer.choice(preference)
            case .skipped(let reason):
                writer.flag(false)
                writer.choice(reason)
            }
        }
        writer.list(targets) { $0.text($1) }
        writer.list(rest) { writer, tier in writer.list(tier) { $0.text($1) } }
    }

    fileprivate init(from reader: inout ByteReader) throws(StorageError) {
        let considered = try reader.list { reader throws(StorageError) in
            Consideration(
                destinationID: try reader.text(),
                verdict: try reader.flag()
                    ? .chosen(try reader.choice(Consideration.Preference.self)) : .skipped(try reader.choice(Ineligibility.self)))
        }
        let targets = try reader.list { reader throws(StorageError) in try reader.text() }
        let rest = try reader.list { reader throws(StorageError) in
            try reader.list { reader throws(StorageError) in try reader.text() }
        }
        self.init(considered: considered, targets: targets, rest: rest)
    }
}
