extension Directory {
    /// Place in `destinations` of the one a front dials for this number while it cannot reach the pool (directory.md, `fallback`).
    ///
    /// Its own, else the first enabled one without a limit in its flow and those it goes on in; nil when there is none.
    public func fallback(of number: TrackingNumber) -> Int? {
        if let fallback = number.fallback { return fallback }
        var seen: Set<Int> = []
        return number.flow.flatMap { firstWithoutLimit(flow: $0, &seen) }
    }

    private func firstWithoutLimit(flow: Int, _ seen: inout Set<Int>) -> Int? {
        guard seen.insert(flow).inserted else { return nil }
        for node in flows[flow].nodes {
            let found: Int? =
                switch node.step {
                case .ring(let ring): ring.tiers.joined().first { destinations[$0].enabled && destinations[$0].limits.isEmpty }
                case .go(let next): firstWithoutLimit(flow: next, &seen)
                default: nil
                }
            if let found { return found }
        }
        return nil
    }
}
