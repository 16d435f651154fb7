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

    /// Reads "+ID" of each process that began and "-ID" of each that is over until its input closes, then ends those that are
    /// left, be they stopped: a run that is killed cannot do it itself.
    private static let keeping = #"""
        while read -r line; do
            pid=${line#?}; others=
            for other in $pids; do [ "$other" = "$pid" ] || others="$others $other"; done
            pids=$others
            case $line in +*) pids="$pids $pid";; esac
        done
        [ -z "$pids" ] || { kill -TERM $pids; kill -CONT $pids; } 2>/dev/null
        """#

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
    ///
    /// - Parameter input: becomes its standard input.
    @discardableResult
    package func start(_ name: String, _ arguments: [String], program: String? = nil, input: Int32? = nil) throws(LoadError) -> ChildProcess {
        let child = try ChildProcess(name: name, executable: program ?? executable, arguments, input: input, log: "\(folder)/\(name).log")
        tellKeeper("+\(child.id)\n")
        members.withLock { $0.append(child) }
        return child
    }

    /// kill -9: from here on it is no member of the crew.
    package func kill(_ name: String) {
        let child = members.withLock { members in
            members.firstIndex { $0.name == name }.map { members.remove(at: $0) }
        }
        guard let child else { return }
        child.ask(SIGKILL)
        // Before it is reaped, while nobody else can have its id.
        tellKeeper("-\(child.id)\n")
        child.end(grace: 10_000)
    }

    private func tellKeeper(_ line: String) {
        _ = Array(line.utf8).withUnsafeBytes { write(keeperInput, $0.baseAddress, $0.count) }
    }

    package var processes: [ChildProcess] { members.withLock { $0 } }

    /// - Throws: `LoadError` where a process has ended that nobody asked to, with the end of its log.
    package func checkAll() throws(LoadError) {
        for child in processes where child.hasEnded {
            throw LoadError(.unreachable, "the process \(child.name) has ended by itself; --verbose shows its log", cause: child.lastWords)
        }
    }

    /// Ends the last started first, since the broker was started first, and removes the folder.
    ///
    /// - Parameter keepsFolder: it stays, for somebody to look into.
    package func end(keepsFolder: Bool = false) {
        let children = members.withLock { children in
            defer { children = [] }
            return children
        }
        for child in children.reversed() {
            child.ask()
            // One that is stopped would not hear it.
            child.ask(SIGCONT)
            child.end(grace: 30_000)
        }
        // Not by closing its input: it would end processes of ids that others may have by now.
        keeper.end(grace: 0)
        close(keeperInput)
        guard !keepsFolder else { return }
        // A folder that cannot be removed is no reason to lose the report.
        try? FileManager.default.removeItem(atPath: folder)
    }
}
