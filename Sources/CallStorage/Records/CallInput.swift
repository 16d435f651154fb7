package import CallModel

/// One thing told of a call.
///
/// Indirect: an exchange is some forty texts, and an input goes through several hands.
package indirect enum CallInput: Hashable, Sendable {
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
