extension DirectoryReader {
    mutating func keypadBranch(_ section: DocumentSection, place: String, _ nodes: inout NodeReading) -> KeypadBranch {
        let prompt = text(section, "prompt") ?? ""
        let timeoutSeconds = integer(section, "timeout_seconds", in: 1...120)
        let retries = integer(section, "retries", in: 0...20)
        let branches = children(section, "keypad", example: "\"1\"", place: place, &nodes) { reader, key, path, line in
            reader.keys(key, at: path, line: line)
        }
        let invalid = child(section, "invalid", place: place, &nodes)
        let noInput = child(section, "no_input", place: place, &nodes)
        return KeypadBranch(
            prompt: prompt, timeoutSeconds: timeoutSeconds ?? 5, retries: retries ?? 1,
            branches: branches.map { KeypadBranch.Branch(keys: $0.key, to: $0.to) }, invalid: invalid, noInput: noInput)
    }

    mutating func zipBranch(_ section: DocumentSection, place: String, _ nodes: inout NodeReading) -> ZIPBranch {
        let prompt = text(section, "prompt") ?? ""
        let branches = children(section, "zip", example: "\"60601\"", place: place, &nodes) { reader, key, path, line in
            reader.zipCode(key, at: path, line: line)
        }
        return ZIPBranch(
            prompt: prompt, branches: branches.map { ZIPBranch.Branch(zip: $0.key, to: $0.to) },
            otherwise: child(section, "otherwise", place: place, &nodes))
    }

    private mutating func keys(_ text: String, at path: DocumentPath, line: Int) -> String? {
        let isKeys = (1...20).contains(text.utf8.count)
            && text.utf8.allSatisfy { (48...57).contains($0) || $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "#") }
        if isKeys { return text }
        report(path, line: line, "\(quoted(text)) is no key; write 1 to 20 of the digits, * and #, such as \"1\"")
        return nil
    }

    private mutating func zipCode(_ text: String, at path: DocumentPath, line: Int) -> String? {
        if text.utf8.count == 5, text.utf8.allSatisfy({ (48...57).contains($0) }) { return text }
        report(path, line: line, "\(quoted(text)) is no ZIP code; write its five digits in quotes, such as \"60601\"")
        return nil
    }
}
