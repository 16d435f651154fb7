import CallModel
import CallWire
package import Logging
import MessageClient
import MessageConnection
import MessageWire
import Synchronization
import Threads

/// `load call-producer`: calls and their events without a pause, in a process that may be killed at any moment.
///
/// Its standard input is one end of the run's socket: notes go out there, orders come in, and its end is the producer's.
package struct FaultProducer: Sendable {
    package var endpoint: String
    /// Of the run's calls.
    package var run: UInt32
    /// Number of its first call.
    package var first: Int
    /// Calls out at once.
    package var window: Int
    private let logger: Logger

    package init(endpoint: String, run: UInt32, first: Int, window: Int, logger: Logger) {
        self.endpoint = endpoint
        self.run = run
        self.first = first
        self.window = window
        self.logger = logger
    }

    /// Until the run lets go of it.
    package func play() async throws {
        let channel = LineChannel(0)
        try await withMessageClient(endpoint: endpoint, name: "load-producer", logger: logger) { client in
            let work = try ProducerWork(client, channel, ids: CallIDs(run: run), first: first, window: window)
            work.go()
            try await Thread.run(named: "load-orders") {
                channel.read { for line in $0 { if let order = ProducerOrder(rawValue: String(line)) { work.obey(order) } } }
            }
        }
    }
}

private final class ProducerWork: Sendable {
    private struct State {
        var next: Int
        /// Calls and events without an outcome.
        var open = 0
        var isResting = false
    }

    private let client: MessageClient
    private let channel: LineChannel
    private let ids: CallIDs
    private let bodies: CallBodies
    private let route: Request
    private let publish: Request
    private let window: Int
    private let state: Mutex<State>

    init(_ client: MessageClient, _ channel: LineChannel, ids: CallIDs, first: Int, window: Int) throws {
        self.client = client
        self.channel = channel
        self.ids = ids
        self.window = window
        bodies = try CallBodies(ids: ids)
        route = try .unary("trunkline.v1.Routing/RouteCall", timeout: .seconds(10), idempotent: true, waitForReady: true)
        publish = try .durable("trunkline.v1.CallEvents/Publish", timeout: .seconds(30))
        state = Mutex(State(next: first))
    }

    func go() { send(window) }

    func obey(_ order: ProducerOrder) {
        switch order {
        case .go:
            state.withLock { $0.isResting = false }
            go()
        case .rest:
            let isAtRest = state.withLock { state in
                state.isResting = true
                return state.open == 0
            }
            if isAtRest { tell([.resting]) }
        }
    }

    private func tell(_ notes: [ProducerNote]) { channel.write(notes.map(\.line)) }

    private func send(_ count: Int) {
        let first = state.withLock { state -> Int? in
            guard !state.isResting, count > 0 else { return nil }
            defer { state.next += count }
            state.open += count
            return state.next
        }
        guard let first else { return }
        tell([.sent(first: first, count: count)])
        client.send((first..<first + count).map { route.with(body: bodies.routeCall($0)) }) { self.answered($0, first) }
    }

    private func answered(_ outcomes: [Outcome], _ first: Int) {
        tell(outcomes.flatMap { notes(of: $0, first + $0.index) })
        // An event makes a call known too, so a few of those without an answer end as well.
        let ending = outcomes.filter { (try? $0.result.get()) != nil || $0.index % 3 == 0 }.map { first + $0.index }
        publish(ending)
        close(outcomes.count)
        send(outcomes.count)
    }

    private func notes(of outcome: Outcome, _ call: Int) -> [ProducerNote] {
        switch outcome.result {
        case .failure(let error): return [.failed(call, error.status.name)]
        case .success(.accepted): return [.wrong(call, "an ACCEPTED for a unary request")]
        case .success(.reply(let reply)):
            guard let decision = try? RouteDecision(body: reply.body.span.bytes, .protobuf) else { return [.wrong(call, "no RouteDecision")] }
            guard decision.callID == ids.text(call) else { return [.wrong(call, "the decision for \(decision.callID)")] }
            guard case .right(let destination) = CallTally.Answer(reply.body, FaultPool.directory) else {
                return [.wrong(call, "not its destination, but \(decision.routedBy) of version \(decision.directoryVersion)")]
            }
            let answer: ProducerNote = reply["teed"] == "0" ? .unrecorded(call) : .answered(call)
            return destination == LoadDirectory.scarce ? [.offered(call), answer] : [answer]
        }
    }

    // MARK: events

    private func publish(_ calls: [Int]) {
        guard !calls.isEmpty else { return }
        let bodies: [[UInt8]]
        do throws(LoadError) {
            bodies = try self.bodies.ended(calls, at: Timestamp(milliseconds: MonotonicTime.wall()))
        } catch {
            return tell(calls.map { .eventFailed($0, error.message) })
        }
        let requests = bodies.map { publish.with(body: $0) }
        state.withLock { $0.open += requests.count }
        client.send(requests) { self.accepted($0, requests, calls) }
    }

    private func accepted(_ outcomes: [Outcome], _ requests: [Request], _ calls: [Int]) {
        tell(outcomes.map { outcome in
            switch outcome.result {
            case .success(.accepted(let acceptance)) where acceptance.durability == .synced: .eventAccepted(calls[outcome.index])
            case .success: .eventFailed(calls[outcome.index], "accepted, but not on disk")
            case .failure(let error): .eventFailed(calls[outcome.index], error.status.name)
            }
        })
        // Some are sent once more under their id, as by a producer that missed the ACCEPTED.
        let again = outcomes.filter { (try? $0.result.get()) != nil && calls[$0.index] % 8 == 0 }.map(\.index)
        repeated(again.map { requests[$0] }, again.map { calls[$0] })
        close(outcomes.count)
    }

    private func repeated(_ requests: [Request], _ calls: [Int]) {
        guard !requests.isEmpty else { return }
        state.withLock { $0.open += requests.count }
        client.send(requests) { outcomes in
            self.tell(outcomes.compactMap { outcome in
                guard case .success(.accepted(let acceptance)) = outcome.result, !acceptance.isDuplicate else { return nil }
                return .forgotten(calls[outcome.index])
            })
            self.close(outcomes.count)
        }
    }

    private func close(_ count: Int) {
        let isAtRest = state.withLock { state in
            state.open -= count
            return state.isResting && state.open == 0
        }
        if isAtRest { tell([.resting]) }
    }
}
