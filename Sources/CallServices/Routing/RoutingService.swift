package import CallModel
import CallRouting
import CallWire
import MessageWire

/// `trunkline.v1.Routing`: which destination gets this call? (directory.md §4)
///
/// Quick and without I/O where the directory says all, so a worker answers on its network thread; what more must be known is asked.
package struct RoutingService: Sendable {
    private let desk: RoutingDesk
    private let questions: any RoutingQuestions
    private let clock: @Sendable () -> Timestamp

    /// - Parameter clock: counts where a call carries no time of its own.
    package init(desk: RoutingDesk, questions: any RoutingQuestions, clock: @escaping @Sendable () -> Timestamp) {
        self.desk = desk
        self.questions = questions
        self.clock = clock
    }

    /// What becomes of a request.
    package enum Answer: Hashable, Sendable {
        /// The body of a RouteDecision, in the request's form.
        case decision([UInt8])
        case refused(ServiceError)
        /// This worker does not know the directory yet; another may, or this one in a moment. Nothing was done.
        case notYet
    }

    /// How far a request has come without anybody being asked.
    package enum Course: Sendable {
        case answered(Answer)
        case asks(OpenDecision)
    }

    /// A decision that something must be known for.
    package struct OpenDecision: Sendable {
        fileprivate let question: RoutingQuestion
        fileprivate let pending: PendingDecision
        fileprivate let form: BodyForm
    }

    /// Deliveries after which an unknown account is believed to be none: with the pause between them longer than a new directory needs.
    private static let patience = 12
    /// Of the time that is left (interfaces.md §1).
    private static let shareOfTime = 3

    /// - Parameter contentType: as the request says; nil where it does not.
    /// - Parameter attempt: which delivery of the request this is, from 1.
    package func begin(method: String, _ body: RawSpan, contentType: String?, attempt: Int) -> Course {
        guard let router = desk.snapshot?.router else { return .answered(.notYet) }
        do throws(ServiceError) {
            return try course(method, body, contentType, router)
        } catch {
            return .answered(error.status == .unavailable && attempt < Self.patience ? .notYet : .refused(error))
        }
    }

    /// Asks what must be known, each question for a third of the time that is left then, and decides.
    ///
    /// - Parameter timeLeft: until the request's deadline, at the moment it is called.
    package func finish(_ decision: OpenDecision, timeLeft: () -> Duration) async -> Answer {
        var (question, pending) = (decision.question, decision.pending)
        while true {
            let answer = await questions.answer(to: question, within: timeLeft() / Self.shareOfTime)
            switch pending.resume(answer) {
            case .asks(let nextQuestion, let nextPending): (question, pending) = (nextQuestion, nextPending)
            case .decided(let made):
                do throws(CallWireError) {
                    return .decision(try made.body(decision.form))
                } catch {
                    return .refused(ServiceError(.internal, error.message))
                }
            }
        }
    }

    private func course(_ method: String, _ body: RawSpan, _ contentType: String?, _ router: Router) throws(ServiceError) -> Course {
        do {
            let form = try BodyForm(contentType: contentType)
            let step =
                switch method {
                case "RouteCall": router.route(try InboundCall(body: body, form), at: clock())
                case "ContinueCall": try router.proceed(CallProgress(body: body, form), at: clock())
                default: throw ServiceError(.unimplemented, "\(ServiceName.routing) has no method \(method); use RouteCall or ContinueCall")
                }
            switch step {
            case .decided(let decision): return .answered(.decision(try decision.body(form)))
            case .asks(let question, let pending): return .asks(OpenDecision(question: question, pending: pending, form: form))
            }
        } catch let error as CallWireError {
            throw ServiceError(.invalidArgument, error.message)
        } catch let error as RoutingError {
            // Of an account this worker does not hold: it may have been applied a moment ago.
            throw ServiceError(error.code == .unknownAccount ? .unavailable : .invalidArgument, error.message)
        } catch let error as ServiceError {
            throw error
        } catch {
            throw ServiceError(.internal, "the request could not be routed")
        }
    }
}
