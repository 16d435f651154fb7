extension PhoneNumber {
    /// As it is written at home: "(212) 555-0180" in North America, else the trunk prefix and the digits.
    public var national: String {
        let text = e164.utf8.dropFirst()
        if digits / powersOfTen[digitCount - 1] == 1 {
            let parts = [text.dropFirst().prefix(3), text.dropFirst(4).prefix(3), text.dropFirst(7)].map { String(decoding: $0, as: UTF8.self) }
            return "(\(parts[0])) \(parts[1])-\(parts[2])"
        }
        guard let country = country.flatMap({ Country($0) }) else { return e164 }
        return country.trunkPrefix + String(decoding: text.dropFirst(String(country.callingCode).utf8.count), as: UTF8.self)
    }
}
