import CallModel
package import CallSimulation
import CallWire
package import MessageClient
import MessageWire

/// `load day`: plays a timeline into a running pool as a telephony front would, in fast time.
///
/// Calls run beside each other; each walks its own decisions in order, and tells the pool the timeline's times.
package struct DayPlayer: Sendable {
    private let client: MessageClient
    private let route: Request
    private let proceed: Request
    private let publish: Request
    private let visit: Request
    private let heartbeat: Request
    /// Whose site the visits are of.
    private let account: String
    private static let timeout: Duration = .seconds(30)

    /// - Parameter account: whose site the timeline's visits are of.
    /// - Throws: never in practice: the paths are ours.
    package init(_ client: MessageClient, account: String = "") throws(CallError) {
        self.client = client
        self.account = account
        visit = try .unary("trunkline.v1.NumberPools/Visit", timeout: Self.timeout, idempotent: true, waitForReady: true)
        heartbeat = try .unary("trunkline.v1.NumberPools/Heartbeat", timeout: Self.timeout, idempotent: true, waitForReady: true)
        route = try .unary("trunkline.v1.Routing/RouteCall", timeout: Self.timeout, idempotent: true, waitForReady: true)
        proceed = try .unary("trunkline.v1.Routing/ContinueCall", timeout: Self.timeout, idempotent: true, waitForReady: true)
        publish = try .durable("trunkline.v1.CallEvents/Publish", timeout: Self.timeout)
    }

    /// - Parameters:
    ///   - window: calls under way at once.
    ///   - progress: told now and then how many entries are done.
    package func play(_ timeline: LiveTimeline, window: Int, stop: StopFlag, progress: @Sendable (Int, Int) -> Void) async -> DaySummary {
        let began = Stopwatch.now()
        var summary = DaySummary()
        var done = 0
        await withTaskGroup(of: DaySummary.self) { group in
            var running = 0
            func take(_ part: DaySummary) {
                summary.add(part)
                done += 1
                if done % 100 == 0 { progress(done, timeline.entries.count) }
            }
            for entry in timeline.entries {
                if stop.isRaised { break }
                if entry.isOfWeb {
                    // Who comes first decides who is given which number.
                    take(await play(entry))
                    continue
                }
                if running == window, let part = await group.next() {
                    take(part)
                    running -= 1
                }
                group.addTask { await self.play(entry) }
                running += 1
            }
            while let part = await group.next() { take(part) }
        }
        summary.seconds = Double(Stopwatch.now() - began) / 1e9
        summary.isStopped = done < timeline.entries.count
        return summary
    }

    private func play(_ entry: LiveTimeline.Entry) async -> DaySummary {
        var summary = DaySummary()
        switch entry {
        case .call(let walk):
            summary.calls = 1
            do {
                try await go(walk, &summary)
            } catch let error as CallError {
                summary.failures["a call: \(error.status.name)", default: 0] += 1
            } catch let error as CallWireError {
                summary.failures["a call: \(error.message)", default: 0] += 1
            } catch {
                summary.failures["a call: \(error)", default: 0] += 1
            }
        case .event(let event):
            await tell([event], &summary)
        case .visit(var page):
            page.account = account
            await ask(visit, { [page] form throws(CallWireError) in try page.body(form) }, &summary)
        case .heartbeat(var beat):
            beat.account = account
            await ask(heartbeat, { [beat] form throws(CallWireError) in try beat.body(form) }, &summary)
        }
        return summary
    }

    private func ask(_ request: Request, _ body: (BodyForm) throws(CallWireError) -> [UInt8], _ summary: inout DaySummary) async {
        summary.visits = 1
        do {
            let reply = try await client.call(request.with(body: try body(.protobuf)))
            if try LeasedNumber(body: reply.body.span.bytes, .protobuf).number != nil { summary.shown += 1 }
        } catch let error as CallError {
            summary.failures["a visit: \(error.status.name): \(error.message)", default: 0] += 1
        } catch {
            summary.failures["a visit: \(error)", default: 0] += 1
        }
    }

    private func go(_ walk: CallWalk, _ summary: inout DaySummary) async throws {
        var walk = walk
        let inbound = walk.inbound
        var moment = inbound.at ?? Timestamp(milliseconds: 0)
        var decision = try await decide(route.with(body: try inbound.body(.protobuf)), &summary)
        while true {
            let stretch = walk.follow(decision, at: moment)
            let kinds = stretch.events.map(\.kind)
            // A carrier's mailbox that picks up is no answer (records.md §3).
            if kinds.contains(.answered), !kinds.contains(.voicemail) { summary.answered += 1 }
            await tell(stretch.events, &summary)
            guard let progress = stretch.ask else { return }
            summary.continued += 1
            moment = progress.at ?? moment
            decision = try await decide(proceed.with(body: try progress.body(.protobuf)), &summary)
        }
    }

    private func decide(_ request: Request, _ summary: inout DaySummary) async throws -> RouteDecision {
        let reply = try await client.call(request)
        let decision = try RouteDecision(body: reply.body.span.bytes, .protobuf)
        let kind =
            switch decision.action {
            case .connect: "CONNECT"
            case .gather: "GATHER"
            case .voicemail: "VOICEMAIL"
            case .reject: "REJECT"
            }
        summary.decisions[kind, default: 0] += 1
        return decision
    }

    /// All of a stretch in one hand-over; returns when the pool has each, or has refused it.
    private func tell(_ events: [CallEvent], _ summary: inout DaySummary) async {
        var requests: [Request] = []
        for event in events {
            do throws(CallWireError) {
                requests.append(publish.with(body: try event.body(.protobuf)))
            } catch {
                summary.failures["an event: \(error.message)", default: 0] += 1
            }
        }
        guard !requests.isEmpty else { return }
        let (stream, outcomes) = AsyncStream<[Outcome]>.makeStream()
        client.send(requests) { outcomes.yield($0) }
        var open = requests.count
        for await some in stream {
            for outcome in some {
                switch outcome.result {
                case .success: summary.eventsAccepted += 1
                case .failure(let error): summary.failures["an event: \(error.status.name)", default: 0] += 1
                }
            }
            open -= some.count
            if open == 0 { return }
        }
    }
}

extension LiveTimeline.Entry {
    fileprivate var isOfWeb: Bool {
        switch self {
        case .visit, .heartbeat: true
        case .call, .event: false
        }
    }
}
