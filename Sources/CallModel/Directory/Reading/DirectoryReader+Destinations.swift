extension DirectoryReader {
    mutating func destinations(
        _ root: DocumentSection, schedules: [String: Int], zone: ZoneRules, country: Country?
    ) -> ([Destination], places: [String: Int]) {
        var destinations: [Destination] = []
        var places: [String: Int] = [:]
        for (path, value) in items(root, "destinations") {
            let keys = ["id", "number", "kind", "enabled", "hours", "limits"]
            guard let section = section(value, at: path, keys: keys) else { continue }
            let id = uniqueID(section, example: "front-desk", taken: places)
            let kind = word(section, "kind", as: Destination.Kind.self) ?? .landline
            let address = address(section, kind: kind, country: country)
            let enabled = flag(section, "enabled", default: true)
            let hours = place(section, "hours", in: schedules, "schedule")
            let limits = limits(section, zone: zone)
            guard let id else { continue }
            // A destination with a problem keeps its place, so that references to it are no problems of their own.
            places[id] = destinations.count
            destinations.append(
                Destination(id: id, address: address ?? .sip(""), kind: kind, enabled: enabled, hours: hours, limits: limits))
        }
        return (destinations, places)
    }

    /// The numbers that destinations have, each with the id of the first that has it.
    func destinationNumbers(_ destinations: [Destination]) -> [PhoneNumber: String] {
        var owned: [PhoneNumber: String] = [:]
        for destination in destinations {
            guard case .number(let number) = destination.address else { continue }
            if owned[number] == nil { owned[number] = destination.id }
        }
        return owned
    }

    /// An `id` that no other of its list has; nil when it is missing, or reported.
    mutating func uniqueID(_ section: DocumentSection, example: String, taken: [String: Int]) -> String? {
        guard let id = requiredText(section, "id", example: example) else { return nil }
        guard taken[id] == nil else {
            report(section.path.key("id"), line: section.line(of: "id"), "\(quoted(id)) stands twice; give each its own id")
            return nil
        }
        return id
    }

    private mutating func address(_ section: DocumentSection, kind: Destination.Kind, country: Country?) -> Destination.Address? {
        guard let text = requiredText(section, "number", example: "\"+12125550111\"") else { return nil }
        let path = section.path.key("number")
        let line = section.line(of: "number")
        if text.hasPrefix("sip:") || text.hasPrefix("sips:") {
            guard kind == .voip else {
                report(path, line: line, "\(quoted(text)) needs kind voip; write kind: voip, or a telephone number")
                return nil
            }
            let address = text.drop { $0 != ":" }.dropFirst()
            guard !address.isEmpty, !address.contains(where: \.isWhitespace) else {
                report(path, line: line, "\(quoted(text)) is no SIP address; write one such as sip:desk@acme.example")
                return nil
            }
            return .sip(text)
        }
        return number(text, at: path, line: line, country: country).map(Destination.Address.number)
    }

    /// A telephone number in any spelling; nil, reported, when it is none.
    mutating func number(_ text: String, at path: DocumentPath, line: Int?, country: Country?) -> PhoneNumber? {
        if let number = PhoneNumber.parse(document: text, country: country) { return number }
        let remedy = country == nil ? "write + and 8 to 15 digits, or give the account a country" : "write + and 8 to 15 digits"
        let plan = text.hasPrefix("+1") || country?.callingCode == 1 ? ", under +1 of the form NXX-NXX-XXXX" : ""
        report(path, line: line, "\(quoted(text)) is no telephone number; \(remedy)\(plan)")
        return nil
    }
}
