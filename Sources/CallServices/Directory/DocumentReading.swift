package import CallModel
import CallStorage

/// Reads documents on a thread of its own: one of a million numbers takes seconds, and what is asked meanwhile is answered.
package actor DocumentReading {
    /// Runs a directory's own tests (directory.md §5): what does not hold, in words. Throws what in them cannot be played.
    package typealias Trial = @Sendable (Directory) throws(DirectoryError) -> [String]

    private let executor = DiskExecutor(label: "directory documents")
    private let trial: Trial

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(trial: @escaping Trial) { self.trial = trial }

    struct Read: Sendable {
        let directory: Directory
        let packed: [UInt8]

        /// - Throws: every problem of the document.
        init(_ text: String) throws(DirectoryError) {
            let (directory, outline) = try Directory.read(text, version: 1)
            self.directory = directory
            packed = PackedDirectory.bytes(outline: outline, numbers: directory.numbers)
        }
    }

    enum Outcome {
        case read(Read)
        case refused([DirectoryProblem])
        case testsFailed([String])
    }

    func read(_ text: String) -> Outcome {
        do throws(DirectoryError) {
            let read = try Read(text)
            let failures = try trial(read.directory)
            return failures.isEmpty ? .read(read) : .testsFailed(failures)
        } catch {
            return .refused(error.problems)
        }
    }
}
