extension DirectoryReader {
    mutating func blocks(_ root: DocumentSection, country: Country?) -> BlockList {
        var blocks = BlockList()
        let keys = ["caller", "prefix", "anonymous"]
        for (path, value) in items(root, "blocks") {
            guard let section = section(value, at: path, keys: keys) else { continue }
            let given = keys.filter { section[$0] != nil }
            guard given.count == 1 else {
                let count = given.isEmpty ? "none" : "several"
                report(path, line: section.line, "has \(count) of caller, prefix and anonymous; write exactly one")
                continue
            }
            if let text = text(section, "caller", when: given == ["caller"]) {
                let number = number(text, at: path.key("caller"), line: section.line(of: "caller"), country: country)
                if let number { blocks.block(caller: number) }
            } else if let text = text(section, "prefix", when: given == ["prefix"]) {
                if let prefix = prefix(text, at: path.key("prefix"), line: section.line(of: "prefix")) { blocks.block(prefix: prefix) }
            } else if given == ["anonymous"], flag(section, "anonymous", default: false) {
                blocks.blockAnonymous()
            }
        }
        return blocks
    }

    /// The first digits of a number; nil, reported, when it is none.
    mutating func prefix(_ text: String, at path: DocumentPath, line: Int?) -> PhonePrefix? {
        if let prefix = PhonePrefix(text) { return prefix }
        report(path, line: line, "\(quoted(text)) is no prefix of a number; write + and the first 1 to 15 digits, such as +1900")
        return nil
    }

    private mutating func text(_ section: DocumentSection, _ key: String, when isGiven: Bool) -> String? {
        isGiven ? text(section, key) : nil
    }
}
