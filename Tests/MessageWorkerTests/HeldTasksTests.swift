import MessageWire
import MessageWorker
import Testing

@Suite("Tasks that are held")
struct HeldTasksTests {
    private func task(_ number: UInt64, lease: UInt32 = 30_000, flags: MessageFlags = .durable) -> Header {
        Header(.task, flags: flags, timeout: lease, id: RequestID(high: 0, low: number), token: Token(delivery: number, seal: 0))
    }

    /// The tasks, in a form whose changes an expectation can watch.
    private final class Tasks {
        var held = HeldTasks()

        func take(_ task: Header, longest: Int64 = 3_600_000, now: Int64 = 0) -> Int32 {
            held.take(task, service: 0, longest: longest, now: now)
        }

        func giveBack(_ place: Int32) -> HeldTasks.Held { held.giveBack(place) }

        /// The ids whose leases are renewed at that time.
        func renewed(at now: Int64) -> [UInt64] {
            var ids: [UInt64] = []
            held.renew(now: now) { ids.append($0.id.low) }
            return ids
        }

        func progressed(_ place: Int32, _ delivery: UInt64, at now: Int64) -> Bool {
            held.progress(place, Token(delivery: delivery, seal: 0), now: now) != nil
        }

        func revoke(_ place: Int32) -> Bool { held.revoke(place) }
        func lost() -> [Int32] { held.sessionLost() }
        func wantsPart(_ place: Int32, _ delivery: UInt64) -> Bool {
            held.nextPart(place, Token(delivery: delivery, seal: 0)) != nil
        }
    }

    @Test("a lease is renewed each third of it, and tasks that came a little apart are renewed together")
    func thirds() {
        let tasks = Tasks()
        _ = tasks.take(task(1))
        _ = tasks.take(task(2), now: 4_000)
        _ = tasks.take(task(3), now: 6_000)
        #expect(tasks.held.nextRenewal == 10_000)
        #expect(tasks.renewed(at: 9_999) == [])
        #expect(tasks.renewed(at: 10_000) == [1, 2])
        #expect(tasks.held.nextRenewal == 16_000)
        #expect(tasks.renewed(at: 16_000) == [1, 2, 3])
    }

    @Test("what came back, unary tasks, and tasks without a lease are not renewed, and nothing is looked at for them")
    func others() {
        let tasks = Tasks()
        _ = tasks.take(task(1, flags: []))
        _ = tasks.take(task(2, lease: 0))
        #expect(tasks.held.nextRenewal == .max)
        let place = tasks.take(task(3))
        #expect(tasks.giveBack(place).id.low == 3)
        #expect(tasks.renewed(at: 20_000) == [])
        #expect(tasks.held.nextRenewal == .max)
    }

    @Test("after the longest time only the handler's own word renews a lease, and not more often than each sixth of it")
    func longest() {
        let tasks = Tasks()
        let kept = tasks.take(task(1), longest: 25_000, now: 0)
        let never = tasks.take(task(2), longest: 0, now: 0)
        #expect(tasks.held.nextRenewal == 10_000)
        #expect(tasks.renewed(at: 10_000) == [1])
        #expect(tasks.renewed(at: 20_000) == [1])
        #expect(tasks.held.nextRenewal == .max)
        #expect(!tasks.progressed(never, 2, at: 4_999))
        #expect(tasks.progressed(never, 2, at: 5_000))
        #expect(!tasks.progressed(never, 2, at: 9_999))
        #expect(tasks.progressed(kept, 1, at: 30_000))
        #expect(!tasks.progressed(kept, 9, at: 90_000), "the place may be another's by then")
    }

    @Test("with its session a unary task is revoked and a durable one goes on without a lease")
    func lost() {
        let tasks = Tasks()
        let durable = tasks.take(task(1))
        let unary = tasks.take(task(2, flags: []))
        #expect(tasks.lost() == [unary])
        #expect(tasks.held.nextRenewal == .max)
        #expect(tasks.renewed(at: 100_000) == [])
        let new = tasks.take(task(1), now: 100_000)
        #expect(tasks.renewed(at: 110_000) == [1])
        #expect(!tasks.wantsPart(durable, 1))
        #expect(tasks.giveBack(durable).standing == .late)
        #expect(tasks.giveBack(unary).standing == .revoked)
        #expect(tasks.giveBack(new).standing == .good)
        #expect(tasks.held.isEmpty)
    }

    @Test("a REVOKE finds the delivery that it means, once")
    func revoked() {
        let tasks = Tasks()
        let place = tasks.take(task(1))
        let id = RequestID(high: 0, low: 1)
        #expect(tasks.held.place(of: id, Token(delivery: 2, seal: 0)) == nil)
        #expect(tasks.held.place(of: id, Token(delivery: 1, seal: 0)) == place)
        #expect(tasks.revoke(place))
        #expect(!tasks.revoke(place))
        #expect(tasks.renewed(at: 20_000) == [])
        _ = tasks.giveBack(place)
        #expect(tasks.held.place(of: id, Token(delivery: 1, seal: 0)) == nil)
    }

    @Test("no lease that is kept runs out, whatever comes and goes, as long as the worker has its turns", arguments: UInt64(1)...50)
    func property(seed: UInt64) {
        var random = SplitMix(state: seed)
        let tasks = Tasks()
        var ends: [Int32: (id: UInt64, lease: Int64, end: Int64)] = [:]
        var now: Int64 = 0
        var sweeps = 0
        for number in UInt64(1)...2000 {
            // A turn comes when it was asked for, or earlier.
            now = min(now + Int64.random(in: 0...700, using: &random), max(now, tasks.held.nextRenewal))
            let before = tasks.held.nextRenewal
            let sent = tasks.renewed(at: now)
            if now >= before { sweeps += 1 }
            for (place, task) in ends {
                if sent.contains(task.id) { ends[place]?.end = now + task.lease }
                #expect((ends[place]?.end ?? 0) > now, "seed \(seed)")
            }
            if Bool.random(using: &random) {
                let lease = Int64.random(in: 1_000...10_000, using: &random)
                ends[tasks.take(task(number, lease: UInt32(lease)), now: now)] = (number, lease, now + lease)
            } else if let (place, task) = ends.randomElement(using: &random) {
                #expect(tasks.giveBack(place).id.low == task.id)
                ends[place] = nil
            }
        }
        #expect(sweeps <= now / (1_000 / 6) + 1, "a sweep looks at all tasks, so it has to be seldom; seed \(seed)")
    }
}
