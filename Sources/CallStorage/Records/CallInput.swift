package import CallModel

/// One thing told of a call.
package enum CallInput: Hashable, Sendable {
    case exchange(Exchange)
    case event(CallEvent)
    case word(callID: String, SaidWord)

    package var callID: String {
        switch self {
        case .exchange(let exchange): exchange.callID
        case .event(let event): event.callID
        case .word(let callID, _): callID
        }
    }
}
