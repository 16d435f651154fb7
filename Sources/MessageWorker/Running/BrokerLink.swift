import MessageConnection
import Synchronization
import ZeroMQ

/// One of a worker's brokers, as its tasks know it: where their answers go, and which of them are revoked.
final class BrokerLink: Sendable {
    let settings: ConnectionSettings
    let bell: Bell
    let mailbox: Mailbox<WorkerCommand>
    let revocations = Revocations()
    /// Bytes of body that fit into one message; a broker says so when a session begins.
    let longestBody = Atomic(Int.max)

    init(_ settings: ConnectionSettings) throws(ZeroMQError) {
        self.settings = settings
        bell = try Bell()
        mailbox = Mailbox(bell)
    }

    /// Runs a handler for one task, in the Swift task that a REVOKE is to cancel, and gives its outcome back.
    ///
    /// What was revoked before is not begun; its place is given back all the same.
    func work(on task: PoolTask, _ handle: @Sendable () async throws -> TaskOutcome) async {
        let result: Result<[TaskOutcome], any Error> = await withUnsafeCurrentTask { current in
            guard let current, revocations.began(task.place, current) else { return .failure(CancellationError()) }
            defer { revocations.ended(task.place) }
            do { return .success([try await handle()]) } catch { return .failure(error) }
        }
        mailbox.post(.finished([task], result))
    }
}

extension [PoolTask] {
    /// Runs a handler for those that are not revoked, together, and gives every outcome back to where its task came from.
    func work(_ handle: ([PoolTask]) async throws -> [TaskOutcome]) async {
        let wanted = droppingRevoked()
        guard !wanted.isEmpty else { return }
        do { wanted.giveBack(.success(try await handle(wanted))) } catch { wanted.giveBack(.failure(error)) }
    }

    /// As above, on a thread that may block.
    func work(_ handle: ([PoolTask]) throws -> [TaskOutcome]) {
        let wanted = droppingRevoked()
        guard !wanted.isEmpty else { return }
        wanted.giveBack(Result { try handle(wanted) })
    }

    private func droppingRevoked() -> [PoolTask] {
        guard contains(where: \.isRevoked) else { return self }
        let wanted = filter { !$0.isRevoked }
        filter(\.isRevoked).giveBack(.failure(CancellationError()))
        return wanted
    }

    private func giveBack(_ result: Result<[TaskOutcome], any Error>) {
        guard let first, contains(where: { $0.link !== first.link }) else {
            self.first?.link.mailbox.post(.finished(self, result))
            return
        }
        // Tasks of several brokers came together.
        for (_, places) in [ObjectIdentifier: [Int]](grouping: indices, by: { ObjectIdentifier(self[$0].link) }) {
            let own = places.map { self[$0] }
            own[0].link.mailbox.post(.finished(own, result.map { outcomes in outcomes.count == count ? places.map { outcomes[$0] } : [] }))
        }
    }
}
