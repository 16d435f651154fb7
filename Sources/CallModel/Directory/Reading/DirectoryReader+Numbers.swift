extension DirectoryReader {
    mutating func numbers(
        _ root: DocumentSection, _ source: NumberSource, flows: [String: Int], destinations: [String: Int], owned: [PhoneNumber: String],
        country: Country?
    ) -> NumberTable.Builder {
        let scope = NumberScope(flows: flows, destinations: destinations, owned: owned, country: country)
        let path = root.path.key("numbers")
        switch source {
        case .known: return NumberTable.Builder(capacity: 0)
        case .inDocument:
            let items = items(root, "numbers")
            var numbers = NumberTable.Builder(capacity: items.count)
            for (path, value) in items { number(value, at: path, scope, &numbers) }
            return numbers
        case .unread(let list):
            var numbers = NumberTable.Builder(capacity: list.count)
            var place = 0
            list.forEach { value in
                number(value, at: path.item(place), scope, &numbers)
                place += 1
            }
            return numbers
        }
    }

    private mutating func number(_ value: DocumentValue, at path: DocumentPath, _ scope: NumberScope, _ numbers: inout NumberTable.Builder) {
        guard let section = section(value, at: path, keys: NumberScope.keys) else { return }
        let number = requiredText(section, "number", example: "\"+12125550100\"").flatMap {
            self.number($0, at: path.key("number"), line: section.line(of: "number"), country: scope.country)
        }
        let state = word(section, "state", as: TrackingNumber.State.self) ?? .active
        let flow = place(section, "flow", in: scope.flows, "flow")
        let fallback = place(section, "fallback", in: scope.destinations, "destination")
        let name = text(section, "name")
        let assignment = assignment(section)
        let source = source(section)
        if state == .pending || state == .released, let value = section["flow"] {
            report(
                path.key("flow"), line: value.line,
                "a \(state.rawValue) number takes no calls; leave flow out, or make it active")
        }
        guard let number else { return }
        refuseDestination(number, scope.owned, at: path.key("number"), line: section.line(of: "number"))
        if let other = numbers.place(of: number) {
            report(path.key("number"), line: section.line(of: "number"), "\(number.e164) is numbers[\(other)] already; leave one of them")
            return
        }
        numbers.add(
            TrackingNumber(
                number: number, state: state, flow: flow, fallback: fallback, name: name ?? "", assignment: assignment, source: source))
    }

    /// A number is never both in one account.
    mutating func refuseDestination(_ number: PhoneNumber, _ owned: [PhoneNumber: String], at path: DocumentPath, line: Int) {
        guard let destination = owned[number] else { return }
        report(path, line: line, "\(number.e164) is the number of destination \(quoted(destination)) too; a number is either dialled or rung")
    }

    private mutating func assignment(_ number: DocumentSection) -> TrackingNumber.Assignment? {
        guard let value = number["assigned_to"],
            let section = section(value, at: number.path.key("assigned_to"), keys: ["kind", "value"])
        else { return nil }
        let kind = requiredWord(section, "kind", as: TrackingNumber.Assignment.Kind.self)
        let text = requiredText(section, "value", example: "spring")
        guard let kind, let text else { return nil }
        return TrackingNumber.Assignment(kind: kind, value: text)
    }

    mutating func source(_ number: DocumentSection) -> StaticSource? {
        guard let value = number["source"],
            let section = section(value, at: number.path.key("source"), keys: ["source", "medium", "campaign"])
        else { return nil }
        let medium = text(section, "medium")
        let campaign = text(section, "campaign")
        return requiredText(section, "source", example: "Billboard I-90").map {
            StaticSource(source: $0, medium: medium, campaign: campaign)
        }
    }
}

/// Where the numbers of a document are.
enum NumberSource {
    case inDocument
    /// In the text still.
    case unread(UnreadList)
    /// Read and found right before.
    case known(NumberTable)
}

/// What a number may refer to, and what it may not be.
private struct NumberScope {
    static let keys = ["number", "name", "state", "flow", "assigned_to", "source", "fallback"]

    let flows: [String: Int]
    let destinations: [String: Int]
    /// Numbers of destinations.
    let owned: [PhoneNumber: String]
    let country: Country?
}
