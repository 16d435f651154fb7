package import CallModel

/// One entry of a directory's `tests:` (directory.md §5): a timeline, and what must come of it.
package struct DirectoryTest: Sendable {
    /// Empty where the document gives none.
    package var name: String
    /// An object a line, as `simulate` reads it.
    private var timeline: String
    private var expectations: [Expectation]
    private var path: String

    /// - Parameter path: where it stands, e.g. "tests[0]".
    /// - Throws: everything wrong in its form; a timeline's lines are read when it is run.
    package init(_ value: DocumentValue, path: String) throws(DirectoryError) {
        var problems: [DirectoryProblem] = []
        func report(_ place: String, _ line: Int, _ message: String) {
            problems.append(DirectoryProblem(path: path + place, message: message, line: line))
        }
        self.path = path
        name = value["name"]?.word ?? ""
        if case .mapping(let entries, _) = value {
            for entry in entries where !["name", "timeline", "expect"].contains(entry.key) {
                report(".\(entry.key)", entry.line, "unknown key \"\(entry.key)\"; a test has name, timeline and expect")
            }
        }
        let lines = value["timeline"]?.items ?? []
        if lines.isEmpty { report(".timeline", value.line, "is missing; write a list of what happens, at least one call") }
        timeline = lines.map(\.json).joined(separator: "\n")
        let expected = value["expect"]?.items ?? []
        if expected.isEmpty { report(".expect", value.line, "is missing; write what must come of it, such as [{call: c1, outcome: answered}]") }
        expectations = []
        for (place, item) in expected.enumerated() {
            if let expectation = Expectation(item) {
                expectations.append(expectation)
            } else {
                report(".expect[\(place)]", item.line, "names no one call or visit and what to expect; write {call: c1, outcome: answered}")
            }
        }
        if !problems.isEmpty { throw DirectoryError(problems: problems) }
    }

    /// What does not hold, each with the test's name, what was expected and what came; empty: the test holds.
    ///
    /// - Throws: the timeline's line that cannot be played.
    package func failures(of directory: Directory) throws(DirectoryError) -> [String] {
        do throws(SimulationError) {
            let lines = try Simulation(directory: directory).run(timeline: timeline)
            let title = name.isEmpty ? path : name
            return expectations.flatMap { $0.mismatches(in: lines) }.map { "\(title): \($0)" }
        } catch {
            throw DirectoryError(problems: [DirectoryProblem(path: "\(path).timeline[\(error.line - 1)]", message: error.message)])
        }
    }
}
