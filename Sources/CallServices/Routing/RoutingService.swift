package import CallModel
import CallRouting
import CallWire
import MessageWire

/// `trunkline.v1.Routing`: which destination gets this call? (directory.md §4)
///
/// Quick and without I/O, so a worker answers on its network thread.
package struct RoutingService: Sendable {
    private let desk: RoutingDesk
    private let clock: @Sendable () -> Timestamp

    /// - Parameter clock: counts where a call carries no time of its own.
    package init(desk: RoutingDesk, clock: @escaping @Sendable () -> Timestamp) {
        self.desk = desk
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

    /// Deliveries after which an unknown account is believed to be none: with the pause between them longer than a new directory needs.
    private static let patience = 12

    /// - Parameter contentType: as the request says; nil where it does not.
    /// - Parameter attempt: which delivery of the request this is, from 1.
    package func answer(method: String, _ body: RawSpan, contentType: String?, attempt: Int) -> Answer {
        guard let router = desk.snapshot?.router else { return .notYet }
        do throws(ServiceError) {
            return .decision(try decide(method, body, contentType, router))
        } catch {
            return error.status == .unavailable && attempt < Self.patience ? .notYet : .refused(error)
        }
    }

    private func decide(_ method: String, _ body: RawSpan, _ contentType: String?, _ router: Router) throws(ServiceError) -> [UInt8] {
        do {
            let form = try BodyForm(contentType: contentType)
            switch method {
            case "RouteCall": return try router.route(InboundCall(body: body, form), at: clock()).decision { _ in .unknown }.body(form)
            case "ContinueCall": return try router.proceed(CallProgress(body: body, form), at: clock()).decision { _ in .unknown }.body(form)
            default: throw ServiceError(.unimplemented, "\(ServiceName.routing) has no method \(method); use RouteCall or ContinueCall")
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
