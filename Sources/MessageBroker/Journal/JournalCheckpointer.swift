import SQLite
import Threads

/// Moves committed pages from the log into the file, on a thread and a connection of its own, while the journal goes on committing.
///
/// It can never quite catch up with a busy journal, and the log starts again from its beginning only when everything is moved. So the journal itself moves the few pages that came meanwhile.
final class JournalCheckpointer: Sendable {
    private enum Phase {
        case idle, asked, done, closed
    }

    /// Pages in the log (8 KiB each) at which moving pays: 16 MiB.
    static let threshold = 2_000
    /// Where the journal stops and waits, so that no disk, however slow, lets the log grow without bound: 256 MiB.
    static let limit = 32_000

    private let phase = Guarded(Phase.idle)
    private let thread: Thread

    init(path: String) throws(JournalError) {
        let phase = phase
        let work: @Sendable () -> Void = {
            while phase.wait(for: { $0 == .asked ? true : $0 == .closed ? false : nil }) {
                // An error here is not lost: the journal repeats the work and meets it again.
                if let database = try? Database(path: path, access: .readWrite) {
                    _ = try? database.checkpoint(.passive)
                }
                phase.change { if $0 == .asked { $0 = .done } }
            }
        }
        do throws(ThreadError) { thread = try Thread(named: "tlp-checkpoint", work) } catch { throw JournalError(code: .io, message: "\(error)") }
    }

    /// Asks for a checkpoint unless one is under way; true once when one is done. Waits for it when the log has reached its limit.
    func poll(logPages: Int) -> Bool {
        if logPages >= Self.limit { phase.wait { $0 == .asked ? nil : () } }
        return phase.change { phase in
            switch phase {
            case .idle:
                if logPages >= Self.threshold { phase = .asked }
                return false
            case .done:
                phase = .idle
                return true
            case .asked, .closed: return false
            }
        }
    }

    func close() {
        phase.change { $0 = .closed }
        thread.join()
    }
}
