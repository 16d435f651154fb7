import CallModel

/// How far each node's rotation has come.
struct Rotations {
    private var states: [Key: State] = [:]
    private var changed: Set<Key> = []

    private struct Key: Hashable {
        let account: String
        let flow: String
        let place: String
    }

    private struct State {
        var pointer: String?
        var counters: [WeightCounter] = []
    }

    init(_ rows: [RotationState] = []) {
        for row in rows {
            let counters = row.counters.map { WeightCounter(id: $0.key, value: $0.value) }
            states[Key(account: row.account, flow: row.flow, place: row.place)] = State(pointer: row.pointer, counters: counters)
        }
    }

    func pointer(of ring: RingQuestion, account: String) -> String? {
        states[Key(account: account, flow: ring.flow, place: ring.place)]?.pointer
    }

    func counters(of ring: RingQuestion, account: String) -> [WeightCounter] {
        states[Key(account: account, flow: ring.flow, place: ring.place)]?.counters ?? []
    }

    /// Who is not among them has left the node, and loses its part.
    mutating func set(_ counters: [WeightCounter], of ring: RingQuestion, account: String) {
        change(Key(account: account, flow: ring.flow, place: ring.place)) { $0.counters = counters }
    }

    /// The turn passes to the one after who answered.
    mutating func move(_ turn: RoundRobinTurn, answeredBy id: String, account: String) {
        guard let place = turn.members.firstIndex(of: id) else { return }
        let next = turn.members[(place + 1) % turn.members.count]
        change(Key(account: account, flow: turn.flow, place: turn.place)) { $0.pointer = next }
    }

    private mutating func change(_ key: Key, _ body: (inout State) -> Void) {
        body(&states[key, default: State()])
        changed.insert(key)
    }

    mutating func takeChanges(into changes: inout LiveChanges) {
        changes.rotations = changed.map { key in
            let state = states[key] ?? State()
            return RotationState(
                account: key.account, flow: key.flow, place: key.place, pointer: state.pointer,
                counters: Dictionary(uniqueKeysWithValues: state.counters.map { ($0.id, $0.value) }))
        }
        changed = []
    }
}
