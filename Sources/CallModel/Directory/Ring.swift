/// A dialling node: tiers of destinations, each tried when none of the one before answered (directory.md §2).
///
/// `dial` is one tier of one, `simultaneous` one tier, `sequential` a tier for each destination, `priority` as written.
public struct Ring: Sendable {
    public let kind: Kind
    /// Places in `Directory.destinations`, in the document's order; a tier's all ring at once.
    public let tiers: [[Int]]
    /// How long one tier rings.
    public let ringSeconds: Int
    /// A pick-up without the key is not an answer.
    public let screening: Bool
    /// Where to go when nobody answered; nil ends the call.
    public let then: Node?

    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case dial, simultaneous, sequential, priority

        /// `ring_seconds` where the node gives none.
        var defaultRingSeconds: Int {
            switch self {
            case .dial, .simultaneous: 30
            case .sequential: 25
            case .priority: 18
            }
        }
    }

    init(kind: Kind, tiers: [[Int]], ringSeconds: Int, screening: Bool, then: Node?) {
        self.kind = kind
        self.tiers = tiers
        self.ringSeconds = ringSeconds
        self.screening = screening
        self.then = then
    }
}
