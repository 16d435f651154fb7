/// What can happen to a process of the pool at a random moment.
package enum Fault: String, Hashable, Sendable, CaseIterable {
    /// kill -9, and another in its place.
    case kill
    /// SIGSTOP, and SIGCONT later.
    case stop
}

/// A process that a run plays with.
package enum FaultPart: String, Hashable, Sendable, CaseIterable {
    case broker, directory, attribution, producer
    case liveCalls = "live-calls"
    case firstRouting = "routing-1", secondRouting = "routing-2"
}

/// One round: who is hit, how, when and for how long.
package struct FaultRound: Hashable, Sendable {
    /// From 1.
    package var number: Int
    package var fault: Fault
    /// Hit together, and back together, in this order.
    package var parts: [FaultPart]
    /// Answered calls from the end of the round before to the fault.
    package var answers: Int
    /// How long the processes are gone or stopped.
    package var milliseconds: Int

    /// "kill broker, attribution".
    package var text: String { "\(fault.rawValue) \(parts.map(\.rawValue).joined(separator: ", "))" }
}

/// Rounds without end; the same seed gives the same ones.
package struct FaultPlan: Sendable {
    package let seed: UInt64
    private var random: SplitMix64
    private var count = 0

    package init(seed: UInt64) {
        self.seed = seed
        random = SplitMix64(state: seed)
    }

    package mutating func next() -> FaultRound {
        count += 1
        let fault: Fault = Int.random(in: 0..<3, using: &random) == 0 ? .stop : .kill
        let parts = Array(FaultPart.allCases.shuffled(using: &random).prefix(size()))
        return FaultRound(
            number: count, fault: fault, parts: parts, answers: .random(in: 1...120, using: &random), milliseconds: length(of: fault))
    }

    /// Mostly one process, sometimes two at once, now and then all of them, as in a power cut.
    private mutating func size() -> Int {
        switch Int.random(in: 0..<20, using: &random) {
        case 0: FaultPart.allCases.count
        case 1..<5: 2
        default: 1
        }
    }

    private mutating func length(of fault: Fault) -> Int {
        let isLong = Int.random(in: 0..<6, using: &random) == 0
        return switch fault {
        // Over three heartbeats of the run's broker: the session is lost.
        case .stop: isLong ? .random(in: 1700...2300, using: &random) : .random(in: 10...400, using: &random)
        case .kill: isLong ? .random(in: 200...600, using: &random) : .random(in: 0...80, using: &random)
        }
    }
}
