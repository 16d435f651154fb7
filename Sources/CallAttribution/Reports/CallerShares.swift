/// Who called, for counting callers once: in all, and in each row.
struct CallerShares {
    /// The largest share that a caller's calls have in a row.
    private struct Share {
        var row: Int32
        var parts: Int64
    }

    /// A place for each caller.
    private var places = IntegerTable()
    /// By the caller's place, in the first row he is in; most are in no other.
    private var first: [Share] = []
    /// In his other rows, by row and place.
    private var others = IntegerTable()
    private static let noRow: Int32 = -1

    /// How many callers there are in all.
    var count: Int { places.count }

    /// A caller's place; the same for the same caller.
    mutating func place(of caller: Int64) -> Int64 {
        places.value(of: UInt64(bitPattern: caller), orSet: Int64(places.count))
    }

    /// Returns by how much the row's unique callers grow.
    mutating func add(_ place: Int64, row: Int, share: CallCount) -> CallCount {
        let caller = Int(place)
        while first.count <= caller { first.append(Share(row: Self.noRow, parts: 0)) }
        if first[caller].row == Self.noRow { first[caller].row = Int32(row) }
        guard first[caller].row == row else {
            let before = others.raise(UInt64(row) << 32 | UInt64(place), to: share.parts)
            return CallCount(parts: max(0, share.parts - before))
        }
        let before = first[caller].parts
        first[caller].parts = max(before, share.parts)
        return CallCount(parts: max(0, share.parts - before))
    }

    /// The unique callers of several rows taken as one.
    func unique(in rows: Set<Int>) -> CallCount {
        var together = first.map { rows.contains(Int($0.row)) ? $0.parts : 0 }
        others.forEach { key, parts in
            let caller = Int(key & 0xFFFF_FFFF)
            if rows.contains(Int(key >> 32)) { together[caller] = max(together[caller], parts) }
        }
        return CallCount(parts: together.reduce(0, +))
    }
}

/// Numbers under numbers: open addressing in one flat array, since a report asks for each of a month's calls.
struct IntegerTable {
    private struct Slot {
        /// One more than the key; 0: free.
        var key: UInt64 = 0
        var value: Int64 = 0
    }

    private(set) var count = 0
    private var slots = [Slot](repeating: Slot(), count: 64)

    /// Another one in each process: nobody can choose numbers that collide.
    private static let seed: UInt64 = {
        var hasher = Hasher()
        hasher.combine(0)
        return UInt64(bitPattern: Int64(hasher.finalize())) | 1
    }()

    private func home(_ key: UInt64) -> Int {
        var mixed = (key ^ Self.seed) &* 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ mixed >> 32) &* Self.seed
        return Int(truncatingIfNeeded: (mixed ^ mixed >> 29) & UInt64(slots.count - 1))
    }

    /// Where the key is, or where it would go.
    private func find(_ key: UInt64) -> Int {
        var slot = home(key)
        while slots[slot].key != 0, slots[slot].key != key &+ 1 { slot = (slot + 1) & (slots.count - 1) }
        return slot
    }

    mutating func value(of key: UInt64, orSet value: Int64) -> Int64 {
        let slot = find(key)
        guard slots[slot].key == 0 else { return slots[slot].value }
        insert(key, value, slot)
        return value
    }

    /// Sets the larger of both; returns what it was before, 0 for a new key.
    mutating func raise(_ key: UInt64, to value: Int64) -> Int64 {
        let slot = find(key)
        guard slots[slot].key == 0 else {
            defer { if value > slots[slot].value { slots[slot].value = value } }
            return slots[slot].value
        }
        insert(key, value, slot)
        return 0
    }

    func forEach(_ body: (UInt64, Int64) -> Void) {
        for slot in slots where slot.key != 0 { body(slot.key &- 1, slot.value) }
    }

    private mutating func insert(_ key: UInt64, _ value: Int64, _ slot: Int) {
        slots[slot] = Slot(key: key &+ 1, value: value)
        count += 1
        guard count * 2 > slots.count else { return }
        let former = slots
        slots = [Slot](repeating: Slot(), count: former.count * 2)
        for slot in former where slot.key != 0 { slots[find(slot.key &- 1)] = slot }
    }
}
