/// Who called, for counting callers once: in all, and in each row.
struct CallerShares {
    /// A place for each caller.
    private var places = IntegerTable()
    /// The largest share that a caller's calls have in a row, by both their places.
    private var largest = IntegerTable()

    /// How many callers there are in all.
    var count: Int { places.count }

    /// A caller's place; the same for the same caller.
    mutating func place(of caller: Int64) -> Int64 {
        places.value(of: UInt64(bitPattern: caller), orSet: Int64(places.count))
    }

    /// Returns by how much the row's unique callers grow.
    mutating func add(_ place: Int64, row: Int, share: CallCount) -> CallCount {
        let before = largest.raise(UInt64(row) << 32 | UInt64(place), to: share.parts)
        return CallCount(parts: max(0, share.parts - before))
    }

    /// The unique callers of several rows taken as one.
    func unique(in rows: Set<Int>) -> CallCount {
        var together = IntegerTable()
        var sum: Int64 = 0
        largest.forEach { key, share in
            guard rows.contains(Int(key >> 32)) else { return }
            sum += max(0, share - together.raise(key & 0xFFFF_FFFF, to: share))
        }
        return CallCount(parts: sum)
    }
}

/// Numbers under numbers: open addressing in two flat arrays, since a report asks twice for each of a month's calls.
struct IntegerTable {
    private(set) var count = 0
    /// A key plus one; 0: free.
    private var keys: [UInt64] = Array(repeating: 0, count: 64)
    private var values: [Int64] = Array(repeating: 0, count: 64)

    /// Another one in each process: nobody can choose numbers that collide.
    private static let seed: UInt64 = {
        var hasher = Hasher()
        hasher.combine(0)
        return UInt64(bitPattern: Int64(hasher.finalize())) | 1
    }()

    private func home(_ key: UInt64) -> Int {
        var mixed = (key ^ Self.seed) &* 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ mixed >> 32) &* Self.seed
        return Int(truncatingIfNeeded: (mixed ^ mixed >> 29) & UInt64(keys.count - 1))
    }

    /// Where the key is, or where it would go.
    private func find(_ key: UInt64) -> Int {
        var slot = home(key)
        while keys[slot] != 0, keys[slot] != key &+ 1 { slot = (slot + 1) & (keys.count - 1) }
        return slot
    }

    mutating func value(of key: UInt64, orSet value: Int64) -> Int64 {
        let slot = find(key)
        guard keys[slot] == 0 else { return values[slot] }
        insert(key, value, slot)
        return value
    }

    /// Sets the larger of both; returns what it was before, 0 for a new key.
    mutating func raise(_ key: UInt64, to value: Int64) -> Int64 {
        let slot = find(key)
        guard keys[slot] == 0 else {
            defer { if value > values[slot] { values[slot] = value } }
            return values[slot]
        }
        insert(key, value, slot)
        return 0
    }

    func forEach(_ body: (UInt64, Int64) -> Void) {
        for (slot, key) in keys.enumerated() where key != 0 { body(key &- 1, values[slot]) }
    }

    private mutating func insert(_ key: UInt64, _ value: Int64, _ slot: Int) {
        keys[slot] = key &+ 1
        values[slot] = value
        count += 1
        guard count * 2 > keys.count else { return }
        let (oldKeys, oldValues) = (keys, values)
        keys = Array(repeating: 0, count: oldKeys.count * 2)
        values = Array(repeating: 0, count: oldKeys.count * 2)
        for (place, key) in oldKeys.enumerated() where key != 0 {
            let slot = find(key &- 1)
            keys[slot] = key
            values[slot] = oldValues[place]
        }
    }
}
