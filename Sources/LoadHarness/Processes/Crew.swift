import Foundation
import Glibc
import Synchronization

/// The processes of a run and the folder they work in. None of them outlives the run, however it ends.
package final class Crew: Sendable {
    /// For everything they keep and log.
    package let folder: String
    private let executable: String
    private let members = Mutex<[ChildProcess]>([])
    private let keeper: ChildProcess
    /// Closes with this process, be it killed.
    private let keeperInput: Int32

    /// Reads process ids until its input closes, then ends those processes: a run that is killed cannot do it itself.
    private static let keeping = #"while read -r pid; do pids="$pids $pid"; done; [ -z "$pids" ] || kill -TERM $pids 2>/dev/null"#

    /// - Parameters:
    ///   - executable: what `start` starts.
    ///   - parent: where the folder is made; nil: TMPDIR, else /tmp.
    /// - Throws: `LoadError` where there is no room for a folder or no process can be started.
    package init(executable: String, parent: String? = nil) throws(LoadError) {
        self.executable = executable
        let parent = parent ?? ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        var template = Array("\(parent)/trunkline-load-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else {
            throw LoadError(.system, "cannot make a folder in \(parent): \(String(cString: strerror(errno))); name one that can be written to")
        }
        folder = String(cString: made)
        let (here, there) = try DescriptorPair.open()
        defer { close(there) }
        keeper = try ChildProcess(name: "keeper", executable: "/bin/sh", ["-c", Self.keeping], input: there, log: folder + "/keeper.log")
        keeperInput = here
    }

    /// Starts another process of the run.
    @discardableResult
    package func start(_ name: String, _ arguments: [String], program: String? = nil) throws(LoadError) -> ChildProcess {
        let child = try ChildProcess(name: name, executable: program ?? executable, arguments, log: "\(folder)/\(name).log")
        _ = Array("\(child.id)\n".utf8).withUnsafeBytes { write(keeperInput, $0.baseAddress, $0.count) }
        members.withLock { $0.append(child) }
        return child
    }

    package var processes: [ChildProcess] { members.withLock { $0 } }

    /// - Throws: `LoadError` where a process has ended that nobody asked to, with the end of its log.
    package func checkAll() throws(LoadError) {
        for child in processes where child.hasEnded {
            throw LoadError(.unreachable, "the process \(child.name) has ended by itself; --verbose shows its log", cause: child.lastWords)
        }
    }

    /// Ends the last started first, since the broker was started first, and removes the folder.
    package func end() {
        let children = members.withLock { children in
            defer { children = [] }
            return children
        }
        for child in children.reversed() {
            child.ask()
            child.end(grace: 30_000)
        }
        // Not by closing its input: it would end processes of ids that others may have by now.
        keeper.end(grace: 0)
        close(keeperInput)
        // A folder that cannot be removed is no reason to lose the report.
        try? FileManager.default.removeItem(atPath: folder)
    }
}
