/// The ways out of death, the same for every journal.
extension DeliveryProgress {
    /// Ready again: counters from zero, attempts go on (wire.md §7, ReplayDead).
    var replayed: DeliveryProgress {
        var progress = DeliveryProgress(state: .ready)
        progress.attempts = attempts
        return progress
    }

    var purged: DeliveryProgress {
        var progress = self
        progress.state = .settled
        // A worker's word about a body that is gone may quote it.
        progress.lastMessage = ""
        progress.reason = "purged"
        return progress
    }

    /// A late DONE with status 0 came (wire.md §5).
    var revived: DeliveryProgress {
        var progress = self
        progress.state = .settled
        progress.lastStatus = 0
        progress.lastMessage = ""
        progress.reason = ""
        return progress
    }
}
