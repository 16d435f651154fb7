import CallModel
import CallWire
import Glibc
import MessageClient
import Synchronization

/// Calls that flow without a pause from this process, and what the pool promised of each.
final class CallTraffic: Sendable {
    struct Account: Sendable {
        /// Calls that were begun, whatever became of them.
        var sent: Set<String> = []
        /// Calls whose answer was promised to be on disk: status 0 without `teed: 0`.
        var answered: Set<String> = []
        /// Calls of which an `ended` event was accepted.
        var ended: Set<String> = []
        /// Calls and events that were refused or had no answer in time: the pool promises nothing of them.
        var failed: [String: Int] = [:]
    }

    private struct State {
        var account = Account()
        var isOver = false
        var waiting: [(at: Int, AsyncStream<Void>.Continuation)] = []
    }

    private let state = Mutex(State())
    private let lanes: Int

    init(lanes: Int) { self.lanes = lanes }

    var account: Account { state.withLock { $0.account } }

    /// Makes calls until `stop`.
    func run(_ client: MessageClient) async {
        await withTaskGroup(of: Void.self) { group in
            for lane in 0..<lanes { group.addTask { await self.drive(lane, client) } }
        }
    }

    func stop() { state.withLock { $0.isOver = true } }

    /// Waits until that many more calls were answered.
    func progress(by count: Int) async {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        state.withLock { $0.waiting.append((at: $0.account.answered.count + count, continuation)) }
        for await _ in stream {}
    }

    private func drive(_ lane: Int, _ client: MessageClient) async {
        var number = 0
        while !Task.isCancelled, !state.withLock({ $0.isOver }) {
            let id = "call-\(lane)-\(number)"
            state.withLock { _ = $0.account.sent.insert(id) }
            await call(id, client)
            // Some end, also of those that were not answered: an event makes a call known too.
            if number % 3 == 0 { await end(id, client) }
            number += 1
        }
    }

    private func call(_ id: String, _ client: MessageClient) async {
        do {
            let body = try InboundCall(callID: id, to: Sample.google, from: Sample.caller, at: Self.now).body(.protobuf)
            let reply = try await client.call("trunkline.v1.Routing/RouteCall", body, timeout: .seconds(5), idempotent: true, waitForReady: true)
            if reply["teed"] == "0" { note("teed: 0") } else { promised(id) }
        } catch {
            note("\(error)")
        }
    }

    private func end(_ id: String, _ client: MessageClient) async {
        do {
            let body = try CallEvent(callID: id, kind: .ended, at: Self.now, to: Sample.google, from: Sample.caller, endedBy: "caller").body(.protobuf)
            let acceptance = try await client.submit("trunkline.v1.CallEvents/Publish", body, timeout: .seconds(20))
            guard acceptance.durability == .synced else { return note("accepted in memory only") }
            state.withLock { _ = $0.account.ended.insert(id) }
        } catch {
            note("\(error)")
        }
    }

    private func promised(_ id: String) {
        let reached = state.withLock { state in
            state.account.answered.insert(id)
            let reached = state.waiting.filter { $0.at <= state.account.answered.count }
            state.waiting.removeAll { $0.at <= state.account.answered.count }
            return reached
        }
        for (_, continuation) in reached { continuation.finish() }
    }

    private func note(_ failure: String) { state.withLock { $0.account.failed[failure, default: 0] += 1 } }

    private static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
