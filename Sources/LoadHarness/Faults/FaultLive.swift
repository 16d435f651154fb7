import Synchronization

/// What a run is at, for the live line.
final class FaultLive: Sendable {
    private let words = Mutex("before the first round")

    var text: String { words.withLock { $0 } }

    func say(_ text: String) { words.withLock { $0 = text } }
}
