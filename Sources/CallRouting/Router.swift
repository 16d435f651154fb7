public import CallModel

/// Decides what happens to a call next: directory.md §1, §2 and §4, on one state of the routing table.
///
/// Pure and synchronous: the same question on the same table at the same moment has the same answer, on any worker that has the secret.
public struct Router: Sendable {
    public let table: RoutingTable
    private let secret: SecretKey

    /// - Parameter secret: seals continuations; the same on all workers that may have to go on with each other's calls.
    public init(_ table: RoutingTable, secret: SecretKey) {
        self.table = table
        self.secret = secret
    }

    /// A longer time no call rings or waits at a menu (300 s, directory.md §2), with some slack; and the mark that a call is over is
    /// kept somewhat longer still.
    private static let continuationSeconds = 600.0

    /// The first decision about a call. Always answers: a call that cannot be routed is a REJECT with its cause.
    ///
    /// - Parameter clock: counts where the call carries no `at`.
    public func route(_ call: InboundCall, at clock: Timestamp) -> RoutingStep {
        guard let (directory, number) = table.owner(of: call.to) else { return .decided(Self.unknown(call)) }
        let flow = number.flow
        let caller = directory.caller(call.from)
        let now = call.at ?? clock
        let consultation = Consultation(
            callID: call.callID, directory: directory, trackingNumber: number.number.e164, caller: caller, callerText: caller.text,
            source: number.source, pool: number.pool, ownFlow: flow.map { directory.flows[$0].id } ?? "", greeting: flow.map { directory.flows[$0].greeting } ?? "",
            isTest: call.isTest, startedAt: now, now: now, clock: clock, number: 0, ended: [], lastAttempt: .noAnswer, secret: secret)
        if let refusal = Self.refusal(of: number, consultation) { return .decided(consultation.rejected(refusal, node: "number")) }
        guard let flow else { return .decided(consultation.rejected(.noCallFlow, node: "number")) }
        return consultation.step(from: Consultation.Start(place: Walk.Place(flow: flow, node: directory.flows[flow].start.index)))
    }

    /// The next decision, after what became of the last one.
    ///
    /// Where the version the call began with is no longer held, it goes on in the present one, at the same place; `no_destination` where there is none.
    /// - Parameter clock: counts where the progress carries no `at`, and tells how old the continuation is.
    /// - Throws: `malformedContinuation`, `unknownAccount`, `unknownResult`.
    public func proceed(_ progress: CallProgress, at clock: Timestamp) throws(RoutingError) -> RoutingStep {
        let continuation = try Continuation(progress.continuation, callID: progress.callID, secret: secret)
        let results = try Self.results(of: progress.attempts)
        let account = continuation.account
        guard let directory = table.directory(of: account, version: continuation.version) ?? table.directory(of: account) else {
            throw RoutingError(.unknownAccount, "the continuation is of account \(account), which this worker does not route; check the account")
        }
        let number = PhoneNumber(e164: continuation.trackingNumber).flatMap(directory.trackingNumber)
        let consultation = Consultation(
            callID: progress.callID, directory: directory, trackingNumber: continuation.trackingNumber,
            caller: directory.caller(continuation.caller), callerText: continuation.caller, source: number?.source,
            pool: number?.pool, ownFlow: continuation.ownFlow, greeting: "", isTest: continuation.isTest, startedAt: continuation.startedAt,
            now: progress.at ?? clock, clock: clock, number: continuation.number + 1,
            ended: zip(progress.attempts, results).map { EndedAttempt(destinationID: directory.destinationID(of: $0), result: $1) },
            lastAttempt: Self.lastAttempt(of: progress.attempts, results), secret: secret)
        if clock.seconds(since: continuation.issuedAt) > Self.continuationSeconds {
            return .decided(consultation.rejected(.callOver, node: continuation.place, why: "continuation expired"))
        }
        if results.contains(.answered) || results.contains(.callerHangup) {
            return consultation.step(along: Chain(rejection: .callOver, node: continuation.place, why: Rejection.callOver.cause))
        }
        guard let place = directory.place(of: continuation) else {
            return consultation.step(along: Chain(rejection: .noDestination, node: continuation.place, why: "not in version \(directory.version)"))
        }
        return consultation.step(from: Consultation.Start(place: place, entry: progress.digits.isEmpty ? .silence : .keys(progress.digits)))
    }

    /// Nobody's number: kept with as much of it as can be read, for the unmatched log (directory.md §1, 1).
    private static func unknown(_ call: InboundCall) -> RouteDecision {
        var decision = RouteDecision(callID: call.callID, action: Rejection.unknownNumber.action)
        decision.trackingNumber = PhoneNumber.parse(call.to, country: nil).number?.e164 ?? ""
        decision.routedBy = "flow"
        decision.trace = [TraceStep(node: "number", verdict: "branch", reason: Rejection.unknownNumber.cause)]
        return decision
    }

    /// The number is looked at before the caller.
    private static func refusal(of number: TrackingNumber, _ consultation: Consultation) -> Rejection? {
        switch number.state {
        case .stopped: .numberStopped
        case .released: .numberReleased
        case .pending: .numberPending
        case .active, .paused: consultation.directory.blocks.blocks(consultation.caller) ? .blocked : nil
        }
    }

    private static func results(of attempts: [AttemptReport]) throws(RoutingError) -> [AttemptResult] {
        var results: [AttemptResult] = []
        for (place, attempt) in attempts.enumerated() {
            guard let result = AttemptResult(word: attempt.result, cause: attempt.cause) else {
                throw RoutingError(
                    .unknownResult,
                    "attempts[\(place)].result \"\(attempt.result)\" is unknown; say one of \(AttemptResult.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            results.append(result)
        }
        return results
    }

    /// What a flow that runs out ends with: by the attempt that ended last; attempts of one decision began together (records.md §3, `end_reason`).
    private static func lastAttempt(of attempts: [AttemptReport], _ results: [AttemptResult]) -> Rejection {
        let last = attempts.indices.max { attempts[$0].ringSeconds < attempts[$1].ringSeconds }
        switch last.map({ results[$0] }) {
        case .busy, .rejected: return .busy
        case .failed, .congestion: return .failed
        default: return .noAnswer
        }
    }
}

extension Chain {
    /// Nothing is dialled any more.
    fileprivate init(rejection: Rejection, node: String, why: String) {
        steps = [TraceStep(node: node, verdict: "branch", reason: why)]
        end = .reject(rejection)
    }
}

extension Directory {
    /// Where a call goes on in this version.
    fileprivate func place(of continuation: Continuation) -> Walk.Place? {
        guard let flow = flows.firstIndex(where: { $0.id == continuation.flow }),
            let node = flows[flow].nodes.firstIndex(where: { $0.label == continuation.place })
        else { return nil }
        // Another version: who has left the node is not dialled any more.
        let members = if case .ring(let ring) = flows[flow].nodes[node].step { Set(ring.tiers.joined()) } else { Set<Int>() }
        let rest = continuation.rest.map { $0.compactMap(place(ofDestination:)).filter(members.contains) }.filter { !$0.isEmpty }
        return Walk.Place(flow: flow, node: node, rest: rest, tries: continuation.tries)
    }

    /// A front that knows no ids says the number.
    fileprivate func destinationID(of attempt: AttemptReport) -> String {
        guard attempt.destinationID.isEmpty, !attempt.number.isEmpty else { return attempt.destinationID }
        return destinations.first { $0.number == attempt.number }?.id ?? ""
    }
}
