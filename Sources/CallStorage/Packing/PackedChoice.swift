package import CallRouting

extension RingChoice {
    package func pack(into writer: inout ByteWriter) {
        writer.list(passes) { writer, pass in pass.pack(into: &writer) }
        writer.list(plan) { writer, planned in
            writer.small(planned.ring)
            writer.texts(planned.targets)
        }
    }

    package init(from reader: inout ByteReader) throws(StorageError) {
        let passes = try reader.list { reader throws(StorageError) in try RingPass(from: &reader) }
        let plan = try reader.list { reader throws(StorageError) in PlannedRing(ring: try reader.small(), targets: try reader.texts()) }
        self.init(passes: passes, plan: plan)
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
        writer.texts(targets)
        writer.list(rest) { $0.texts($1) }
    }

    fileprivate init(from reader: inout ByteReader) throws(StorageError) {
        let considered = try reader.list { reader throws(StorageError) in
            Consideration(
                destinationID: try reader.text(),
                verdict: try reader.flag()
                    ? .chosen(try reader.choice(Consideration.Preference.self)) : .skipped(try reader.choice(Ineligibility.self)))
        }
        let targets = try reader.texts()
        let rest = try reader.list { reader throws(StorageError) in try reader.texts() }
        self.init(considered: considered, targets: targets, rest: rest)
    }
}
