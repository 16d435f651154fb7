import MessageWire

/// A broker of a run's own, with the services that the run needs. It can be started again on what it kept.
struct LoneBroker {
    static let name = "broker"

    let front: String
    let back: String
    private let crew: Crew
    private let arguments: [String]

    /// - Parameter services: of the broker's file (wire.md §8); nil: no file.
    init(_ crew: Crew, front: String, back: String, services: [JSON.Member]? = nil) throws(LoadError) {
        self.crew = crew
        (self.front, self.back) = (front, back)
        var arguments = [Self.name, "--front", front, "--back", back, "--data", crew.folder + "/data"]
        if let services {
            // JSON is YAML (wire.md §8).
            let config = crew.folder + "/broker.yaml"
            try TextFile.write((["services": .object(services)] as JSON).text, to: config)
            arguments += ["--config", config]
        }
        self.arguments = arguments
    }

    /// Where it keeps its journal.
    var journal: String { crew.folder + "/data/broker" }

    @discardableResult
    func start() throws(LoadError) -> ChildProcess { try crew.start(Self.name, arguments) }
}
