import MessageBroker
import MessageWire
import Testing
import ZeroMQ

/// The tables below the broker, against simple models of themselves.
@Suite struct StructureTests {
    @Test func `every timer fires in its own millisecond, earlier ones first, and none that was cleared`() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SplitMix64(seed: seed)
        let start = Int64(random.next() % 1_000_000)
        var wheel = TimerWheel(now: start)
        var model: [Int32: Int64] = [:]
        var now = start
        for _ in 0..<4000 {
            let number = Int32(random.next() % 300)
            switch random.next() % 4 {
            case 0:
                wheel.clear(number)
                model[number] = nil
            case 1:
                let end = now + Int64(random.next() % 300)
                while now < end {
                    now += 1
                    var fired: [Int32] = []
                    wheel.advance(to: now, into: &fired)
                    let due = model.filter { $0.value <= now }.keys
                    if Set(fired) != Set(due) { Issue.record("seed \(seed): at \(now) fired \(fired), due \(due)") }
                    for number in due { model[number] = nil }
                }
            default:
                let far: [UInt64] = [5, 300, 70_000, 200_000]
                let time = now + 1 + Int64(random.next() % far[Int(random.next() % 4)])
                wheel.set(number, at: time)
                model[number] = time
            }
            #expect(wheel.count == model.count)
            if let next = wheel.nextTurn, let first = model.values.min() { #expect(next <= max(first, now + 1), "seed \(seed)") }
        }
        var fired: [Int32] = []
        wheel.advance(to: now + 210_000, into: &fired)
        #expect(fired.count == model.count && wheel.count == 0 && wheel.nextTurn == nil)
        #expect(fired.map { model[$0] ?? 0 } == fired.map { model[$0] ?? 0 }.sorted(), "seed \(seed)")
    }

    @Test(arguments: [255, 256, 257, 65_535, 65_536, 65_537, 131_072] as [Int64])
    func `a timer at a ring's edge is neither early nor late`(_ distance: Int64) {
        for start in [0, 1, 255, 256, 65_535] as [Int64] {
            var wheel = TimerWheel(now: start)
            wheel.set(7, at: start + distance)
            var fired: [Int32] = []
            wheel.advance(to: start + distance - 1, into: &fired)
            #expect(fired.isEmpty, "\(start) + \(distance)")
            wheel.advance(to: start + distance, into: &fired)
            #expect(fired == [7], "\(start) + \(distance)")
        }
    }

    @Test func `a time that is past comes with the next turn`() {
        var wheel = TimerWheel(now: 1000)
        wheel.set(3, at: 5)
        #expect(wheel.due(3) == 5 && wheel.due(4) == nil)
        var fired: [Int32] = []
        wheel.advance(to: 1000, into: &fired)
        #expect(fired.isEmpty)
        wheel.advance(to: 1001, into: &fired)
        #expect(fired == [3])
    }

    @Test func `the index finds what is there and nothing else, through growth and removal`() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SplitMix64(seed: seed)
        var index = RequestIndex(secret: random.next())
        var model: [RequestID: Int32] = [:]
        var owners: [Int32: RequestID] = [:]
        // Few different ids, so that removal happens within runs; some that differ in one half only.
        for step in 0..<60_000 as Range<Int32> {
            let id = RequestID(high: random.next() % 8, low: 1 + random.next() % 900)
            if random.next() % 5 < 2 {
                if let number = model.removeValue(forKey: id) { index.remove(id, number) }
            } else if let number = model.updateValue(step, forKey: id) {
                let (first, second) = (index.replace(id, number, by: step), index.replace(id, number, by: step))
                if !first || second { Issue.record("seed \(seed) at \(step)") }
            } else {
                index.insert(id, step)
            }
            owners[step] = id
            let found = index.find(id) { owners[$0] == id }
            if index.count != model.count || found != model[id] { Issue.record("seed \(seed) at \(step)") }
        }
        for high in 0..<8 as Range<UInt64> {
            for low in 1...900 as ClosedRange<UInt64> {
                let id = RequestID(high: high, low: low)
                let found = index.find(id) { owners[$0] == id }
                if found != model[id] { Issue.record("seed \(seed): \(id)") }
            }
        }
    }

    @Test func `a slab gives a place back, and frees what it holds`() {
        final class Counted {
            nonisolated(unsafe) static var alive = 0  // one test, one thread
            init() { Self.alive += 1 }
            deinit { Self.alive -= 1 }
        }
        do {
            var slab = Slab<Counted>()
            let numbers = (0..<1000).map { _ in slab.insert(Counted()) }
            #expect(Set(numbers).count == 1000 && slab.count == 1000 && slab.capacity >= 1000)
            for number in numbers.prefix(600) { _ = slab.remove(number) }
            #expect(Counted.alive == 400 && !slab.isTaken(numbers[0]) && slab.isTaken(numbers[999]))
            #expect(!slab.isTaken(-1) && !slab.isTaken(Int32(slab.capacity)))
            let again = slab.insert(Counted())
            #expect(numbers.prefix(600).contains(again))
        }
        #expect(Counted.alive == 0)
    }

    @Test func `kept replies are forgotten oldest first, by age and for want of room`() {
        var replies = KeptReplies(limit: 400, window: 100)
        func keep(_ id: UInt64, at time: Int64, _ size: Int) -> Int32? {
            [UInt8](repeating: UInt8(id), count: size).withUnsafeBytes { replies.append(.number(id), RequestDigest(high: id, low: 0), endedAt: time, $0) }
        }
        #expect(!replies.mayKeep(500) && replies.mayKeep(352) && !replies.mayKeep(353))
        let (first, second) = (keep(2, at: 0, 160), keep(3, at: 50, 0))
        #expect(replies.bytes == 208 + 48 && replies.forget(now: 99) == nil)
        #expect(first.map { replies.digest($0).high } == 2 && first.map { replies.id($0) } == .number(2))
        #expect(second.map { replies.frame($0)?.bytes } == .some(nil))
        #expect(keep(4, at: 60, 140) == nil)
        #expect(replies.forget(now: 60, needed: true)?.id == .number(2))
        #expect(keep(4, at: 60, 140) != nil)
        #expect(replies.forget(now: 60) == nil)
        #expect(second.map { replies.digest($0).high } == 3)
        #expect(replies.forget(now: 150)?.id == .number(3))
        #expect(replies.forget(now: 160)?.id == .number(4))
        #expect(replies.bytes == 0 && replies.forget(now: .max) == nil && replies.forget(now: .max, needed: true) == nil)
    }

    @Test func `a kept reply is what was kept, however the ring has turned`() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SplitMix64(seed: seed)
        var replies = KeptReplies(limit: 10_000, window: 1_000_000)
        var model: [(id: UInt64, number: Int32, frame: [UInt8])] = []
        for id in 1...5_000 as ClosedRange<UInt64> {
            let frame = (0..<Int(random.next() % 900)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            var number = frame.withUnsafeBytes { replies.append(.number(id), RequestDigest(high: id, low: 1), endedAt: 0, $0) }
            while number == nil {
                let oldest = model.removeFirst()
                let forgotten = replies.forget(now: 0, needed: true)
                if forgotten?.id != .number(oldest.id) || forgotten?.number != oldest.number { Issue.record("seed \(seed) at \(id)") }
                number = frame.withUnsafeBytes { replies.append(.number(id), RequestDigest(high: id, low: 1), endedAt: 0, $0) }
            }
            if let number { model.append((id, number, frame)) }
            for kept in model {
                let same = replies.id(kept.number) == .number(kept.id) && (replies.frame(kept.number)?.bytes ?? []) == kept.frame
                if !same { Issue.record("seed \(seed): \(kept.id) at \(id)") }
            }
            if replies.bytes > 10_000 { Issue.record("seed \(seed): \(replies.bytes) bytes") }
        }
        // Neither all the time nor never: the ring must turn with several replies in it.
        #expect(model.count > 5)
    }
}
