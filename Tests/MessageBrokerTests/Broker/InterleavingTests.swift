import Glibc
import MessageBroker
import MessageWire
import Testing

/// Anything may happen in any order; what wire.md promises holds.
@Suite struct InterleavingTests {
    /// Another at every run, unless TRUNKLINE_SEED says which one to play again.
    static let seed = getenv("TRUNKLINE_SEED").flatMap { UInt64(String(cString: $0)) } ?? .random(in: 0...UInt64(UInt32.max))
    /// TRUNKLINE_STEPS makes it longer.
    static let steps = getenv("TRUNKLINE_STEPS").flatMap { Int(String(cString: $0)) } ?? 500

    @Test(arguments: 0..<30 as Range<UInt64>) func `random interleavings keep every promise`(_ run: UInt64) throws {
        let seed = Self.seed &+ run
        var play = Interleaving(seed: seed)
        for _ in 0..<Self.steps { try play.step() }
        try play.finish()
        #expect(play.faults.isEmpty, "TRUNKLINE_SEED=\(seed) plays it first: \(play.faults.prefix(3))")
    }

    /// What can happen does happen, or the test above would show nothing.
    @Test func `an interleaving comes to every place`() throws {
        var play = Interleaving(seed: 5)
        for _ in 0..<4000 { try play.step() }
        try play.finish()
        #expect(play.faults.isEmpty, "\(play.faults.prefix(3))")
        for state in Interleaving.Sight.allCases { #expect(play.seen[state, default: 0] > 0, "never seen: \(state)") }
    }
}
