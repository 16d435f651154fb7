package import MessageWire

/// From request id to place: open addressing with linear probing, no allocation but when it grows.
///
/// Ids are chosen by peers, so the hash mixes in a secret of this process.
package struct RequestIndex: ~Copyable {
    private var keys: UnsafeMutablePointer<RequestID>
    private var values: UnsafeMutablePointer<Int32>
    private var mask: Int
    package private(set) var count = 0
    private let secret: UInt64

    /// Marks a free place; ids of requests are never zero.
    private static let free = RequestID.zero

    package init(secret: UInt64) {
        self.secret = secret | 1
        mask = 1023
        keys = .allocate(capacity: mask + 1)
        keys.initialize(repeating: Self.free, count: mask + 1)
        values = .allocate(capacity: mask + 1)
        values.initialize(repeating: -1, count: mask + 1)
    }

    deinit {
        keys.deallocate()
        values.deallocate()
    }

    private func home(of id: RequestID) -> Int {
        let (high, low) = (id.high ^ secret).multipliedFullWidth(by: id.low ^ 0x9E37_79B9_7F4A_7C15)
        return Int(truncatingIfNeeded: (high ^ low) &* secret >> 17) & mask
    }

    package subscript(id: RequestID) -> Int32? {
        var place = home(of: id)
        while keys[place] != Self.free {
            if keys[place] == id { return values[place] }
            place = (place + 1) & mask
        }
        return nil
    }

    /// Adds or replaces.
    package mutating func set(_ id: RequestID, to value: Int32) {
        if count * 3 >= mask * 2 { grow() }
        var place = home(of: id)
        while keys[place] != Self.free {
            if keys[place] == id {
                values[place] = value
                return
            }
            place = (place + 1) & mask
        }
        keys[place] = id
        values[place] = value
        count += 1
    }

    /// Removes the id; those that probed past it move up, so that no marks are left behind.
    package mutating func remove(_ id: RequestID) {
        var hole = home(of: id)
        while keys[hole] != id {
            if keys[hole] == Self.free { return }
            hole = (hole + 1) & mask
        }
        count -= 1
        var place = hole
        while true {
            place = (place + 1) & mask
            guard keys[place] != Self.free else { break }
            let distance = (place - home(of: keys[place])) & mask
            if distance >= (place - hole) & mask {
                keys[hole] = keys[place]
                values[hole] = values[place]
                hole = place
            }
        }
        keys[hole] = Self.free
    }

    private mutating func grow() {
        let (oldKeys, oldValues, oldMask) = (keys, values, mask)
        mask = mask * 2 + 1
        keys = .allocate(capacity: mask + 1)
        keys.initialize(repeating: Self.free, count: mask + 1)
        values = .allocate(capacity: mask + 1)
        values.initialize(repeating: -1, count: mask + 1)
        count = 0
        for place in 0...oldMask where oldKeys[place] != Self.free { set(oldKeys[place], to: oldValues[place]) }
        oldKeys.deallocate()
        oldValues.deallocate()
    }
}
