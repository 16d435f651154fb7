package import CallModel

/// One entry of a directory's `tests:` (directory.md §5): a timeline, and what must come of it.
package struct DirectoryTest: Sendable {
    /// Empty where the document gives none.
    package var name: String
    /// An object a line, as `simulate` reads it.
    private var timeline: String
    private var expectations: [Expectation]
    private var path: String

    /// - Parameters:
    ///   - value: of the form that the directory's reader lets pass: a list `timeline`, a list `expect`.
    ///   - path: where it stands, e.g. "tests[0]".
    /// - Throws: every expectation that cannot be read; a timeline's lines are read when it is run.
    package init(_ value: DocumentValue, path: String) throws(DirectoryError) {
        self.path = path
        name = value["name"]?.word ?? ""
        timeline = (value["timeline"]?.items ?? []).map(\.json).joined(separator: "\n")
        expectations = []
        var problems: [DirectoryProblem] = []
        for (place, item) in (value["expect"]?.items ?? []).enumerated() {
            if let expectation = Expectation(item) {
                expectations.append(expectation)
            } else {
                let message = "names no one call or visit and what to expect; write {call: c1, outcome: answered}"
                problems.append(DirectoryProblem(path: "\(path).expect[\(place)]", message: message, line: item.line))
            }
        }
        if !problems.isEmpty { throw DirectoryError(problems: problems) }
    }

    /// What does not hold, each with the test's name, what was expected and what came; empty: the test holds.
    ///
    /// - Parameter places: where records have looked up what a caller's number tells; nil: no number tells anything.
    /// - Throws: the timeline's line that cannot be played.
    package func failures(of directory: Directory, places: (any CallerPlaces)? = nil) throws(DirectoryError) -> [String] {
        do throws(SimulationError) {
            let lines = try Simulation(directory: directory, places: places).run(timeline: timeline)
            let title = name.isEmpty ? path : name
            return expectations.flatMap { $0.mismatches(in: lines) }.map { "\(title): \($0)" }
        } catch {
            throw DirectoryError(problems: [DirectoryProblem(path: "\(path).timeline[\(error.line - 1)]", message: error.message)])
        }
    }

    /// What does not hold of all `tests:` of a directory; empty: all hold.
    ///
    /// - Throws: everything that cannot be read or played.
    package static func failures(of directory: Directory, places: (any CallerPlaces)? = nil) throws(DirectoryError) -> [String] {
        var failures: [String] = []
        var problems: [DirectoryProblem] = []
        for (place, value) in directory.tests.enumerated() {
            do throws(DirectoryError) {
                failures += try DirectoryTest(value, path: "tests[\(place)]").failures(of: directory, places: places)
            } catch {
                problems += error.problems
            }
        }
        if !problems.isEmpty { throw DirectoryError(problems: problems) }
        return failures
    }
}
