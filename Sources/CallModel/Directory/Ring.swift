/// A dialling node: tiers of destinations, each tried when none of the one before answered (directory.md §2).
///
/// `dial` is one tier of one, `simultaneous` one tier, `priority` as written, and the others a tier for each destination in the
/// document's order, from which rotation makes the order of a call.
public struct Ring: Sendable {
    public let kind: Kind
    /// Places in `Directory.destinations`, in the document's order; a tier's all ring at once.
    public let tiers: [[Int]]
    /// Of a weighted node's tiers, in their order; empty for the other kinds.
    public let weights: [Int]
    /// How long one tier rings.
    public let ringSeconds: Int
    /// A pick-up without the key is not an answer.
    public let screening: Bool
    /// For how long whoever answered a caller goes first.
    public let stickiness: Stickiness
    /// Nil: nobody is kept from a caller.
    public let avoidance: Avoidance?
    /// Where to go when nobody answered; nil ends the call.
    public let then: Node?

    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case dial, simultaneous, sequential
        case roundRobin = "round_robin"
        case weighted, priority

        /// `ring_seconds` where the node gives none.
        var defaultRingSeconds: Int {
            switch self {
            case .dial, .simultaneous: 30
            case .sequential, .roundRobin, .weighted: 25
            case .priority: 18
            }
        }
    }

    /// `sticky_days:`.
    public enum Stickiness: Hashable, Sendable {
        case off
        case days(Int)
        case forever
    }

    /// `avoid_days:`: a destination that answered this caller, or answered and the call was qualified, is not eligible for so long.
    public struct Avoidance: Hashable, Sendable {
        public let after: Occasion
        public let days: Int

        public init(after: Occasion, days: Int) {
            self.after = after
            self.days = days
        }

        public enum Occasion: String, Hashable, Sendable, CaseIterable {
            case connected, converted
        }
    }

    init(
        kind: Kind, tiers: [[Int]], weights: [Int] = [], ringSeconds: Int, screening: Bool, stickiness: Stickiness = .off,
        avoidance: Avoidance? = nil, then: Node?
    ) {
        self.kind = kind
        self.tiers = tiers
        self.weights = weights
        self.ringSeconds = ringSeconds
        self.screening = screening
        self.stickiness = stickiness
        self.avoidance = avoidance
        self.then = then
    }
}
