extension DirectoryReader {
    mutating func flows(
        _ root: DocumentSection, destinations: [String: Int], schedules: [String: Int], zone: ZoneRules
    ) -> FlowReading {
        let sections = items(root, "flows").compactMap { path, value in
            section(value, at: path, keys: ["id", "record", "greeting", "whisper", "mask_caller_id", "start"])
        }
        // The ids first: a `go` may name a flow further down.
        var places: [String: Int] = [:]
        var named: [(id: String, section: DocumentSection)] = []
        for section in sections {
            let id = uniqueID(section, example: "main", taken: places)
            if let id { places[id] = named.count }
            named.append((id ?? "", section))
        }
        let scope = NodeScope(destinations: destinations, schedules: schedules, flows: places)
        var reading = FlowReading(places: places)
        for (id, section) in named {
            var nodes = NodeReading(scope: scope, zone: zone)
            reading.flows.append(flow(section, id: id, &nodes))
            reading.visitConditions.append(nodes.visitConditions)
        }
        refuseCycles(reading.flows, named.map(\.section))
        return reading
    }

    private mutating func flow(_ section: DocumentSection, id: String, _ nodes: inout NodeReading) -> Flow {
        let record = flag(section, "record", default: false)
        let greeting = text(section, "greeting") ?? ""
        let whisper = text(section, "whisper") ?? ""
        let maskCallerID = flag(section, "mask_caller_id", default: false)
        let start: Node?
        if let value = section["start"] {
            start = node(value, at: section.path.key("start"), place: "start", &nodes)
        } else {
            report(section.path.key("start"), line: section.line, "is missing; write start: {dial: …} or another node")
            start = nil
        }
        // Stands in where the node has been refused, so that its flow can still be referred to.
        let refused = Node(index: 0, label: "start", step: .reject(.declined))
        return Flow(
            id: id, record: record, greeting: greeting, whisper: whisper, maskCallerID: maskCallerID, start: start ?? refused)
    }
}

/// The flows of a document.
struct FlowReading {
    var flows: [Flow] = []
    /// By id, in `flows`.
    let places: [String: Int]
    /// Of each flow.
    var visitConditions: [[VisitCondition]] = []

    init(places: [String: Int]) { self.places = places }
}

/// What the nodes of a document may refer to.
struct NodeScope {
    let destinations: [String: Int]
    let schedules: [String: Int]
    let flows: [String: Int]
}

/// Where the reading of one flow's nodes stands.
struct NodeReading {
    let scope: NodeScope
    /// Of the enclosing node.
    var zone: ZoneRules
    var depth = 0
    /// Met so far.
    var visitConditions: [VisitCondition] = []
    private var count = 0

    init(scope: NodeScope, zone: ZoneRules) {
        self.scope = scope
        self.zone = zone
    }

    mutating func nextIndex() -> Int {
        defer { count += 1 }
        return count
    }
}
