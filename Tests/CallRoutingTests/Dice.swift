/// Deterministic, so that a failure can be seen again: the seed is the test's argument.
struct Dice {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func roll(_ sides: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % sides
    }

    mutating func pick<Value>(_ values: [Value]) -> Value { values[roll(values.count)] }

    mutating func some<Value>(_ count: Int, of values: [Value]) -> [Value] {
        var left = values
        return (0..<count).map { _ in left.remove(at: roll(left.count)) }
    }
}
