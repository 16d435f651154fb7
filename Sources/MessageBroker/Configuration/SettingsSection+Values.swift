extension SettingsSection {
    mutating func duration(_ key: String, _ target: inout Int64, _ range: ClosedRange<Int64>) {
        guard let text = text(key) else { return }
        guard let value = Units.duration(text) else {
            return refuse(key, "\"\(text)\" is no duration: write an integer with ms, s, m, h or d, as in \(Units.text(milliseconds: target))")
        }
        guard range.contains(value) else {
            return refuse(key, "\(text) is out of range: \(Units.text(milliseconds: range.lowerBound)) to \(Units.text(milliseconds: range.upperBound))")
        }
        target = value
    }

    mutating func size(_ key: String, _ target: inout Int, _ range: ClosedRange<Int>) {
        guard let text = text(key) else { return }
        guard let value = Units.size(text) else {
            return refuse(key, "\"\(text)\" is no size: write bytes, or an integer with KiB, MiB or GiB, as in \(Units.text(bytes: Int64(target)))")
        }
        guard value <= range.upperBound, value >= range.lowerBound else {
            return refuse(
                key, "\(text) is out of range: \(Units.text(bytes: Int64(range.lowerBound))) to \(Units.text(bytes: Int64(range.upperBound)))")
        }
        target = Int(value)
    }

    mutating func count(_ key: String, _ target: inout Int, _ range: ClosedRange<Int>) {
        guard let text = text(key) else { return }
        guard let value = Int(text) else { return refuse(key, "\"\(text)\" is no whole number: write one from \(range.lowerBound) to \(range.upperBound)") }
        guard range.contains(value) else { return refuse(key, "\(value) is out of range: \(range.lowerBound) to \(range.upperBound)") }
        target = value
    }

    mutating func number(_ key: String, _ target: inout Double, _ range: ClosedRange<Double>) {
        guard let text = text(key) else { return }
        guard let value = Double(text), range.contains(value) else {
            return refuse(key, "\"\(text)\" is not a number from \(range.lowerBound) to \(range.upperBound)")
        }
        target = value
    }

    mutating func flag(_ key: String, _ target: inout Bool) {
        switch text(key) {
        case nil: break
        case "true": target = true
        case "false": target = false
        case let text?: refuse(key, "\"\(text)\" is neither true nor false")
        }
    }

    mutating func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, _ target: inout Choice) where Choice.RawValue == String {
        guard let text = text(key) else { return }
        guard let value = Choice(rawValue: text) else {
            return refuse(key, "\"\(text)\" is not one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        target = value
    }
}
