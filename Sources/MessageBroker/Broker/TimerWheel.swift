/// Due times of numbered things, one each: setting and clearing cost the same however many there are.
///
/// Four rings of 256 buckets: the first turns once a millisecond, each other 256 times slower than the one before it.
/// What is far away moves to a finer ring when its bucket comes round; most deadlines are cleared long before.
package struct TimerWheel {
    private var heads: [Int32]
    private var next: [Int32] = []
    private var previous: [Int32] = []
    private var dueAt: [Int64] = []
    /// The bucket a number is in; -1: none.
    private var bucket: [Int32] = []
    private var now: Int64
    package private(set) var count = 0

    private static let width = 256
    private static let rings = 4

    /// `now` in milliseconds, on the same clock as every due time.
    package init(now: Int64) {
        self.now = now
        heads = Array(repeating: -1, count: Self.width * Self.rings)
    }

    /// When `number` is due; nil where nothing is set.
    package func due(_ number: Int32) -> Int64? {
        Int(number) < bucket.count && bucket[Int(number)] >= 0 ? dueAt[Int(number)] : nil
    }

    /// Sets or moves the due time of `number`. A time that is past comes with the next `advance`.
    package mutating func set(_ number: Int32, at time: Int64) {
        makeRoom(for: number)
        clear(number)
        dueAt[Int(number)] = time
        // What is due now or before comes at the next millisecond; a bucket already emptied would hold it for a whole turn.
        link(number, earliest: now + 1)
        count += 1
    }

    package mutating func clear(_ number: Int32) {
        guard Int(number) < bucket.count, bucket[Int(number)] >= 0 else { return }
        unlink(number)
        count -= 1
    }

    /// Turns the wheel to `time`, and appends to `fired` every number that is due, earlier milliseconds first.
    package mutating func advance(to time: Int64, into fired: inout [Int32]) {
        guard count > 0 else {
            now = max(now, time)
            return
        }
        while now < time {
            now += 1
            for ring in 1..<Self.rings where now & (1 << (8 * Int64(ring)) - 1) == 0 { cascade(ring) }
            empty(Int(now & 255), into: &fired)
            if count == 0 {
                now = time
                return
            }
        }
    }

    /// No number is due before this; nil where none is set. At most 256 ms ahead, which is when the wheel must turn next.
    package var nextTurn: Int64? {
        guard count > 0 else { return nil }
        for step in 1...Int64(Self.width) where heads[Int((now + step) & 255)] >= 0 || (now + step) & 255 == 0 { return now + step }
        return now + Int64(Self.width)
    }

    private mutating func cascade(_ ring: Int) {
        let place = ring * Self.width + Int(now >> (8 * Int64(ring)) & 255)
        var number = heads[place]
        heads[place] = -1
        while number >= 0 {
            let following = next[Int(number)]
            // This millisecond's bucket of the first ring is emptied right after this.
            link(number, earliest: now)
            number = following
        }
    }

    private mutating func empty(_ place: Int, into fired: inout [Int32]) {
        while heads[place] >= 0 {
            let number = heads[place]
            unlink(number)
            count -= 1
            fired.append(number)
        }
    }

    private mutating func link(_ number: Int32, earliest: Int64) {
        let time = max(dueAt[Int(number)], earliest)
        let distance = time - now
        let ring = distance < 256 ? 0 : distance < 65_536 ? 1 : distance < 16_777_216 ? 2 : 3
        // Further than the last ring reaches: it waits in the ring's furthest bucket and is linked anew from there.
        let reach = min(time, now + 0xFF00_0000)
        let place = Int32(ring * Self.width + Int(reach >> (8 * Int64(ring)) & 255))
        bucket[Int(number)] = place
        previous[Int(number)] = -1
        next[Int(number)] = heads[Int(place)]
        if heads[Int(place)] >= 0 { previous[Int(heads[Int(place)])] = number }
        heads[Int(place)] = number
    }

    private mutating func unlink(_ number: Int32) {
        let (before, after) = (previous[Int(number)], next[Int(number)])
        if before >= 0 { next[Int(before)] = after } else { heads[Int(bucket[Int(number)])] = after }
        if after >= 0 { previous[Int(after)] = before }
        bucket[Int(number)] = -1
    }

    private mutating func makeRoom(for number: Int32) {
        while bucket.count <= Int(number) {
            next.append(-1)
            previous.append(-1)
            dueAt.append(0)
            bucket.append(-1)
        }
    }
}
