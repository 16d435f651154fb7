internal import CallModel

extension [QualifyRule] {
    var packed: [UInt8] {
        var writer = ByteWriter()
        writer.count(UInt64(count))
        for rule in self {
            writer.text(rule.name)
            writer.text(rule.combination.rawValue)
            writer.count(UInt64(rule.conditions.count))
            for condition in rule.conditions { writer.condition(condition) }
        }
        return writer.bytes
    }

    init(packed bytes: [UInt8]) throws(StorageError) {
        var reader = ByteReader(bytes)
        self = []
        for _ in 0..<(try reader.length()) {
            let name = try reader.text()
            guard let combination = QualifyRule.Combination(rawValue: try reader.text()) else { throw ByteReader.damaged }
            var conditions: [RecordCondition] = []
            for _ in 0..<(try reader.length()) { conditions.append(try reader.condition()) }
            append(QualifyRule(name: name, combination: combination, conditions: conditions))
        }
    }
}

private let numberTest: UInt8 = 1
private let flagTest: UInt8 = 2
private let textTest: UInt8 = 3
private let unequalTextTest: UInt8 = 4
private let presenceTest: UInt8 = 5

extension ByteWriter {
    fileprivate mutating func condition(_ condition: RecordCondition) {
        text(condition.field.rawValue)
        switch condition.test {
        case .number(let comparison, let bound):
            byte(numberTest)
            text(comparison.rawValue)
            double(bound)
        case .flag(let value):
            byte(flagTest)
            byte(value ? 1 : 0)
        case .text(let value):
            byte(textTest)
            text(value)
        case .unequalText(let value):
            byte(unequalTextTest)
            text(value)
        case .present(let value):
            byte(presenceTest)
            byte(value ? 1 : 0)
        }
    }
}

extension ByteReader {
    fileprivate mutating func condition() throws(StorageError) -> RecordCondition {
        guard let field = RecordField(rawValue: try text()) else { throw Self.damaged }
        let test: RecordCondition.Test
        switch try byte() {
        case numberTest:
            guard let comparison = RecordCondition.Comparison(rawValue: try text()) else { throw Self.damaged }
            test = .number(comparison, try double())
        case flagTest: test = .flag(try byte() != 0)
        case textTest: test = .text(try text())
        case unequalTextTest: test = .unequalText(try text())
        case presenceTest: test = .present(try byte() != 0)
        default: throw Self.damaged
        }
        return RecordCondition(field: field, test: test)
    }
}
