public import CallModel

/// Plays a timeline of calls against a directory: a virtual clock, the live pipeline's engines, no network (directory.md §5).
public struct Simulation: Sendable {
    private let directory: Directory
    private let places: PlaceLookup

    /// - Parameter places: where records have looked up what a caller's number tells; nil: no number tells anything.
    public init(directory: Directory, places: (any CallerPlaces)? = nil) {
        self.directory = directory
        self.places = PlaceLookup(places)
    }

    /// One line per call and per page view, in the order in which the timeline first names them.
    ///
    /// Played until nothing is left to happen.
    /// - Parameter timeline: NDJSON, an object a line.
    /// - Throws: the first thing wrong, with its line.
    public func run(timeline: String) throws(SimulationError) -> [SimulatedLine] {
        try run(try TimelineEntry.read(timeline))
    }

    /// - Parameter entries: in the order in which they happen.
    func run(_ entries: [TimelineEntry]) throws(SimulationError) -> [SimulatedLine] {
        var stage = try Stage(directory, entries, places)
        for entry in entries {
            // What is due at this instant comes before the line.
            stage.play { $0 <= entry.at }
            try stage.perform(entry)
        }
        stage.play { _ in true }
        return stage.finish()
    }
}
