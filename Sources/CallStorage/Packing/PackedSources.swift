internal import CallModel

extension [SourceRule] {
    var packed: [UInt8] {
        var writer = ByteWriter()
        pack(into: &writer)
        return writer.bytes
    }

    init(packed bytes: [UInt8]) throws(StorageError) {
        var reader = ByteReader(bytes)
        try self.init(from: &reader)
    }

    package func pack(into writer: inout ByteWriter) {
        writer.list(self) { writer, rule in
            writer.list(rule.conditions) { writer, condition in
                writer.choice(condition.parameter)
                writer.text(condition.value)
            }
            writer.text(rule.source.source)
            writer.optional(rule.source.medium) { $0.text($1) }
            writer.optional(rule.source.campaign) { $0.text($1) }
        }
    }

    package init(from reader: inout ByteReader) throws(StorageError) {
        self = try reader.list { reader throws(StorageError) in
            let conditions = try reader.list { reader throws(StorageError) in
                SourceRule.Condition(parameter: try reader.choice(SourceRule.Parameter.self), value: try reader.text())
            }
            return SourceRule(
                conditions: conditions,
                source: StaticSource(
                    source: try reader.text(), medium: try reader.optional { reader throws(StorageError) in try reader.text() },
                    campaign: try reader.optional { reader throws(StorageError) in try reader.text() }))
        }
    }
}
