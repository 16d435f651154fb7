import CallModel

/// The document most tests vary: `sections` replace or add to its lines.
func document(
    head: String = "", destinations: String? = nil, schedules: String = "[]", flow: String = "{dial: a}", numbers: String? = nil,
    more: String = ""
) -> String {
    """
    account: acme
    country: US
    time_zone: America/New_York
    \(head)
    destinations: \(destinations ?? "[{id: a, number: \"+12125550111\"}, {id: b, number: \"+12125550122\"}, {id: c, number: \"+12125550133\"}]")
    schedules: \(schedules)
    flows: [{id: main, start: \(flow)}]
    numbers: \(numbers ?? "[{number: \"+12125550100\", flow: main}]")
    \(more)
    """
}

/// What is wrong with a document, a problem a line; empty when it is accepted.
func problems(_ text: String) -> [String] {
    do {
        _ = try Directory(yaml: text, version: 1)
        return []
    } catch {
        return error.problems.map(\.description)
    }
}
