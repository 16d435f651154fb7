public import CallModel

/// Decides what happens to a call next: directory.md §1, §2 and §4, on one state of the routing table.
///
/// Pure and synchronous: the same question on the same table at the same moment has the same answer, on any worker.
public struct Router: Sendable {
    public let table: RoutingTable

    public init(_ table: RoutingTable) { self.table = table }

    /// The first decision about a call. Always answers: a call that cannot be routed is a REJECT with its cause.
    ///
    /// - Parameter clock: counts where the call carries no `at`.
    public func route(_ call: InboundCall, at clock: Timestamp) -> RouteDecision {
        guard let (directory, number) = table.owner(of: call.to) else { return Self.unknown(call) }
        let flow = number.flow
        let caller = directory.caller(call.from)
        let consultation = Consultation(
            callID: call.callID, directory: directory, trackingNumber: number.number.e164, caller: caller, callerText: caller.text,
            source: number.source?.source ?? "", ownFlow: flow.map { directory.flows[$0].id } ?? "",
            greeting: flow.map { directory.flows[$0].greeting } ?? "", now: call.at ?? clock)
        if let refusal = Self.refusal(of: number, consultation) { return consultation.rejected(refusal, node: "number") }
        guard let flow else { return consultation.rejected(.noCallFlow, node: "number") }
        let start = Walk.Place(flow: flow, node: directory.flows[flow].start.index, passed: nil)
        return consultation.decision(from: start, lastAttempt: .noAnswer)
    }

    /// The next decision, after what became of the last one.
    ///
    /// Where the version the call began with is no longer held, it goes on in the present one, at the same place; `no_destination` where there is none.
    /// - Parameter clock: counts where the progress carries no `at`.
    /// - Throws: `malformedContinuation`, `unknownAccount`, `unknownResult`.
    public func proceed(_ progress: CallProgress, at clock: Timestamp) throws(RoutingError) -> RouteDecision {
        let continuation = try Continuation(progress.continuation, callID: progress.callID)
        let results = try Self.results(of: progress.attempts)
        let account = continuation.account
        guard let directory = table.directory(of: account, version: continuation.version) ?? table.directory(of: account) else {
            throw RoutingError(.unknownAccount, "the continuation is of account \(account), which this worker does not route; check the account")
        }
        let consultation = Consultation(
            callID: progress.callID, directory: directory, trackingNumber: continuation.trackingNumber,
            caller: directory.caller(continuation.caller), callerText: continuation.caller, source: continuation.source,
            ownFlow: continuation.ownFlow, greeting: "", now: progress.at ?? clock)
        if results.contains(.answered) || results.contains(.callerHangup) { return consultation.rejected(.callOver, node: continuation.place) }
        guard let place = directory.place(of: continuation) else {
            return consultation.rejected(.noDestination, node: continuation.place, why: "not in version \(directory.version)")
        }
        return consultation.decision(from: place, lastAttempt: Self.lastAttempt(of: progress.attempts, results))
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

extension Directory {
    /// Where a call goes on in this version.
    fileprivate func place(of continuation: Continuation) -> Walk.Place? {
        guard let flow = flows.firstIndex(where: { $0.id == continuation.flow }),
            let node = flows[flow].nodes.firstIndex(where: { $0.label == continuation.place })
        else { return nil }
        // Ids that this version does not know cannot be dialled again anyway.
        let passed = continuation.passed.compactMap(place(ofDestination:))
        return Walk.Place(flow: flow, node: node, passed: passed)
    }
}
