internal import CallModel

/// Where the facts of a call's number come from.
package protocol FactsSource: AnyObject {
    /// The facts that hold for the call; nil: its number is nobody's, or not yet told.
    ///
    /// - Parameter pinned: those it had so far; a call stays on the directory version it began with.
    func facts(for history: CallHistory, pinned: CallFacts?) -> CallFacts?
}
