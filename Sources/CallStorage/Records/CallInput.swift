package import CallModel

/// One thing told of a call.
package enum CallInput: Hashable, Sendable {
    case exchange(Exchange)
    case event(CallEvent)

    package var callID: String {
        switch self {
        case .exchange(let exchange): exchange.callID
        case .event(let event): event.callID
        }
    }
}
