import CallModel
import CallRouting

extension Stage {
    mutating func begin(_ script: ScriptedCall, at now: Timestamp) {
        let subject = records.place(of: script.id)
        let call = calls.count
        calls.append(CallCourse(script: script))
        subjectOfCall.append(subject)
        take(calls[call].begin(at: now), call, at: now)
        let inbound = script.inbound(at: now)
        records.pin(subject, table.owner(of: script.to)?.directory)
        let decision = settle(Router(table, secret: .open).route(inbound, at: now), at: now)
        tell(.route(inbound), decision, of: call, at: now)
        take(calls[call].follow(decision, at: now), call, at: now)
    }

    /// Does what the call's course asks for.
    mutating func take(_ steps: [CourseStep], _ call: Int, at now: Timestamp) {
        for step in steps {
            switch step {
            case .tell(let event): tell(event, subjectOfCall[call], at: now)
            case .appoint(let appointment): agenda.add(appointment.of(call))
            case .ask(let progress): proceed(progress, call, at: now)
            }
        }
    }

    private mutating func proceed(_ progress: CallProgress, _ call: Int, at now: Timestamp) {
        let decision: RouteDecision
        do throws(RoutingError) {
            decision = settle(try Router(table, secret: .open).proceed(progress, at: now), at: now)
        } catch {
            // The continuation is the router's own and the results are ours.
            preconditionFailure("the router does not know its own continuation: \(error)")
        }
        tell(.proceed(progress), decision, of: call, at: now)
        take(calls[call].follow(decision, at: now), call, at: now)
    }

    /// Answers what routing asks, as the pool's other workers would.
    private mutating func settle(_ step: RoutingStep, at now: Timestamp) -> RouteDecision {
        var step = step
        while true {
            switch step {
            case .decided(let decision): return decision
            case .asks(.history(let question), let pending): step = pending.resume(.history(records.past(question)))
            case .asks(.session(let question), let pending): step = pending.resume(.session(records.session(question)))
            case .asks(.live(let question), let pending): step = pending.resume(.live(live.answer(question, now: now)))
            }
        }
    }
}

/// What the pool's tee and its events deliver.
extension Stage {
    private mutating func tell(_ question: Exchange.Question, _ decision: RouteDecision, of call: Int, at now: Timestamp) {
        exchangeCount += 1
        let id = String(exchangeCount, radix: 16)
        let exchange = Exchange(
            exchangeID: String(repeating: "0", count: 32 - id.utf8.count) + id, question: question, status: 0, decision: decision, receivedAt: now,
            dispatchedAt: now, endedAt: now)
        records.tell(exchange, subjectOfCall[call])
    }

    mutating func tell(_ event: CallEvent, _ subject: Int, at now: Timestamp) {
        records.tell(event, subject)
        live.hear(event, now: now)
    }
}
