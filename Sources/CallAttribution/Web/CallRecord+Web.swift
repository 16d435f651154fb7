package import CallModel

extension CallRecord {
    /// Fills in what the account's web visitors say of a call to a pool's number without a source of its own (records.md §4.2).
    ///
    /// - Parameter number: the one dialled, in the directory that held then.
    package mutating func attribute(_ number: TrackingNumber, of directory: Directory, _ web: WebBook) {
        guard number.pool != nil, number.source == nil else { return }
        let touch = directory.settings.touch
        switch web.caller(of: number.number, at: startedAt, rules: directory.sources) {
        case .certain(let trail): show(trail, .certain, touch)
        case .late(let trail): show(trail, .late, touch)
        case .ambiguous(let candidates):
            if let first = candidates.first { show(first.trail, .ambiguous, touch) }
            self.candidates = candidates
        case nil: return
        }
    }

    /// Nobody's visit is known of, but the caller has called from one before (records.md §4.3).
    package mutating func inherit(_ trail: WebTrail, touch: AccountSettings.Touch) { show(trail, .inherited, touch) }

    private mutating func show(_ trail: WebTrail, _ certainty: AttributionCertainty, _ touch: AccountSettings.Touch) {
        attribution = certainty
        if certainty != .inherited { poolNumberWithoutSession = false }
        web = trail
        source = touch == .first ? trail.firstTouch : trail.lastTouch
    }
}
