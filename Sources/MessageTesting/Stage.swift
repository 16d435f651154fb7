import MessageConnection
import Synchronization
import ZeroMQ

/// The thread a script runs on, and its end.
// The broker and the result are used by the script's thread alone until it has ended, and by the test afterwards.
final class Stage<Played: Sendable>: @unchecked Sendable {
    let broker: ScriptedBroker
    private(set) var played: Result<Played, any Error> = .failure(ScriptError("the script never ran"))
    private let isOver = Atomic(false)

    init(_ context: Context) throws {
        broker = try ScriptedBroker(context)
    }

    func run(_ script: (ScriptedBroker) throws -> Played) {
        played = Result { try script(broker) }
        while !isOver.load(ordering: .acquiring) {
            // Messages nobody waits for; a broken one was the script's own doing.
            _ = try? broker.next(within: 20)
        }
    }

    func close() {
        isOver.store(true, ordering: .releasing)
    }
}
