package import MessageWire

/// From request id to a number: open addressing with linear probing, no allocation but when it grows.
///
/// A place is eight bytes, half of them a hash of the id: eight places to a cache line, because with many ids it is memory
/// that a look-up waits for. Whether a number really stands for the id is for its owner to say. Ids are chosen by peers, so
/// the hash mixes in a secret of this process.
package struct RequestIndex: ~Copyable {
    private struct Entry: Equatable {
        var hash: UInt32
        var number: Int32

        static let free = Entry(hash: 0, number: .min)
        var isFree: Bool { number == .min }
    }

    private var entries: UnsafeMutablePointer<Entry>
    private var mask: Int
    package private(set) var count = 0
    private let secret: UInt64

    package init(secret: UInt64) {
        self.secret = secret | 1
        mask = 1023
        entries = .allocate(capacity: mask + 1)
        entries.initialize(repeating: .free, count: mask + 1)
    }

    deinit {
        entries.deallocate()
    }

    private func hash(_ id: RequestID) -> UInt32 {
        let (high, low) = (id.high ^ secret).multipliedFullWidth(by: id.low ^ 0x9E37_79B9_7F4A_7C15)
        return UInt32(truncatingIfNeeded: (high ^ low) &* secret >> 17)
    }

    private func home(of hash: UInt32) -> Int { Int(hash) & mask }

    /// The number of the id; `isOwner` says whether a number stands for it, and is asked about few others.
    package func find(_ id: RequestID, isOwner: (Int32) -> Bool) -> Int32? {
        let hash = hash(id)
        var place = home(of: hash)
        while !entries[place].isFree {
            if entries[place].hash == hash, isOwner(entries[place].number) { return entries[place].number }
            place = (place + 1) & mask
        }
        return nil
    }

    /// Adds an id that is not there. Numbers are not the smallest of all.
    package mutating func insert(_ id: RequestID, _ number: Int32) {
        if count * 3 >= mask * 2 { grow() }
        count += 1
        put(Entry(hash: hash(id), number: number))
    }

    private mutating func put(_ entry: Entry) {
        var place = home(of: entry.hash)
        while !entries[place].isFree { place = (place + 1) & mask }
        entries[place] = entry
    }

    /// Where the id stands with that number; nil where it does not.
    private func place(of id: RequestID, _ number: Int32) -> Int? {
        let sought = Entry(hash: hash(id), number: number)
        var place = home(of: sought.hash)
        while entries[place] != sought {
            guard !entries[place].isFree else { return nil }
            place = (place + 1) & mask
        }
        return place
    }

    /// False where the id does not stand with that number.
    @discardableResult
    package mutating func replace(_ id: RequestID, _ number: Int32, by other: Int32) -> Bool {
        guard let place = place(of: id, number) else { return false }
        entries[place].number = other
        return true
    }

    /// Removes the id; those that probed past it move up, so that no marks are left behind.
    package mutating func remove(_ id: RequestID, _ number: Int32) {
        guard var hole = place(of: id, number) else { return }
        count -= 1
        var place = hole
        while true {
            place = (place + 1) & mask
            guard !entries[place].isFree else { break }
            let distance = (place - home(of: entries[place].hash)) & mask
            if distance >= (place - hole) & mask {
                entries[hole] = entries[place]
                hole = place
            }
        }
        entries[hole] = .free
    }

    private mutating func grow() {
        let (old, oldMask) = (entries, mask)
        mask = mask * 2 + 1
        entries = .allocate(capacity: mask + 1)
        entries.initialize(repeating: .free, count: mask + 1)
        for place in 0...oldMask where !old[place].isFree { put(old[place]) }
        old.deallocate()
    }
}
