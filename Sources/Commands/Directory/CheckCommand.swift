import ArgumentParser
import CallModel
import CallSimulation
import NumberPlaces

/// `trunkline check FILE`: what `apply` would say, without a pool; runs the document's own tests.
struct CheckCommand: HouseCommand {
    static let configuration = CommandConfiguration(commandName: "check", abstract: "Validate a directory and run its tests, without applying it.")

    @OptionGroup var common: VerbosityOptions

    @Argument(help: "The directory (YAML or JSON), - for standard input.")
    var file: String

    func execute() async throws {
        let directory = try Self.validate(try Files.text(file), file)
        try Self.test(directory, file)
        let tests = directory.tests.count
        Terminal.say(
            "\(directory.account): \(directory.numbers.count) numbers, \(directory.destinations.count) destinations, \(directory.flows.count) flows; no problems"
                + (tests == 0 ? "" : ", \(tests) test\(tests == 1 ? " holds" : "s hold")"))
    }

    /// Runs the document's `tests:` (directory.md §5).
    ///
    /// - Throws: `CommandFailure`: a check that does not hold, with what was expected and what came, or tests that cannot be played.
    static func test(_ directory: CallModel.Directory, _ file: String) throws(CommandFailure) {
        let failures: [String]
        do throws(DirectoryError) {
            failures = try DirectoryTest.failures(of: directory, places: PlaceBook.ofProcess)
        } catch {
            throw CommandFailure(error.problems, of: file)
        }
        guard failures.isEmpty else { throw CommandFailure(testsFailed: failures, of: file) }
    }

    /// - Throws: `CommandFailure` with every problem, a line each.
    @discardableResult
    static func validate(_ text: String, _ file: String) throws(CommandFailure) -> CallModel.Directory {
        do throws(DirectoryError) {
            return try CallModel.Directory(yaml: text, version: 1)
        } catch {
            throw CommandFailure(error.problems, of: file)
        }
    }
}
