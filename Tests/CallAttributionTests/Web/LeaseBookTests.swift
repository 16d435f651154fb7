import CallAttribution
import CallModel
import Testing

@Suite("Numbers leased to web visitors")
struct LeaseBookTests {
    private func directory(lease: Int = 600, cooldown: Int = 300, numbers: Int = 5, overflow: Bool = false, states: [String] = []) throws -> Directory {
        let members = (0..<numbers).map { "\"+121255501\(80 + $0)\"" }.joined(separator: ", ")
        let known = states.enumerated().map { "{number: \"+121255501\(80 + $0)\", state: \($1)}" }.joined(separator: ", ")
        return try Directory(
            yaml: """
                account: acme
                country: US
                time_zone: Etc/UTC
                destinations: [{id: a, number: "+12125550111", kind: landline}]
                flows: [{id: main, start: {dial: a}}]
                numbers: [\(known)]
                pools:
                  - {id: web, flow: main, numbers: [\(members)], lease_seconds: \(lease), max_lease_seconds: 3600, cooldown_seconds: \(cooldown)\(overflow ? ", overflow: \"+12125550189\"" : "")}
                """, version: 1)
    }

    private func moment(_ seconds: Int) -> Timestamp { Timestamp(milliseconds: 1_780_000_000_000).advanced(bySeconds: Double(seconds)) }

    /// Reproducible throws.
    private struct Dice {
        var state: UInt64

        mutating func roll(_ sides: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % sides
        }
    }

    @Test(
        "two visitors never hold one number, and none is handed out before it has cooled down, whatever they do and in whatever order they are heard, through restarts",
        arguments: 0..<20)
    func exclusive(seed: Int) throws {
        let directory = try directory(overflow: seed % 2 == 0)
        let pool = directory.pools[0]
        var book = LeaseBook()
        var rows = Kept()
        var dice = Dice(state: UInt64(seed) &* 77 &+ 5)
        var now = 0
        var leases: [PhoneNumber: Set<NumberLease>] = [:]
        for _ in 0..<2_000 {
            now += dice.roll(40)
            let (visitor, late) = ("v\(dice.roll(30))", dice.roll(3) == 0 ? dice.roll(60) : 0)
            let at = moment(now - late)
            let answer = dice.roll(3) == 0 ? book.heartbeat(visitor, of: directory, at: at) : book.visit(visitor, pool: 0, of: directory, at: at)
            rows.take(book.takeChanges())
            if dice.roll(50) == 0 { book = LeaseBook(rows.rows) }
            guard let answer else { continue }
            #expect(answer.visitor == visitor && at < answer.end)
            // As it was before it was extended it is no other lease.
            leases[answer.number] = (leases[answer.number] ?? []).filter { $0.visitor != visitor || $0.start != answer.start }.union([answer])
        }
        for number in pool.numbers {
            let leases = (leases[number] ?? []).sorted { $0.start < $1.start }
            #expect(!leases.isEmpty)
            for (earlier, later) in zip(leases, leases.dropFirst()) { #expect(earlier.end.advanced(bySeconds: 300) <= later.start) }
            #expect(leases.allSatisfy { $0.end.seconds(since: $0.start) <= 3600 && !$0.isOverflow })
        }
        // No more is kept than decides.
        #expect(rows.rows.leases.count { !$0.isOverflow } == pool.numbers.count)
        #expect(rows.rows.leases.count < 5 + 30 + 1)
    }

    /// What a store keeps.
    private struct Kept {
        private var leases: [[String]: NumberLease] = [:]
        private var counts: [String: PoolCounts] = [:]

        mutating func take(_ changes: LeaseChanges) {
            func key(_ lease: NumberLease) -> [String] { [lease.number.e164, lease.isOverflow ? lease.visitor : ""] }
            for lease in changes.removed { leases[key(lease)] = nil }
            for lease in changes.leases { leases[key(lease)] = lease }
            for row in changes.counts { counts[row.pool] = row }
        }

        var rows: LeaseRows {
            var rows = LeaseRows()
            rows.leases = Array(leases.values)
            rows.counts = Array(counts.values)
            return rows
        }
    }

    @Test("a visitor keeps the number; a heartbeat without a live lease gets none; a paused number is passed over, and kept by who has it")
    func keeping() throws {
        let directory = try directory(numbers: 2, states: ["paused"])
        var book = LeaseBook()
        let first = book.visit("v", pool: 0, of: directory, at: moment(0))
        #expect(first?.number == directory.pools[0].numbers[1] && first?.end == moment(600))
        let paused = try self.directory(numbers: 2, states: ["paused", "paused"])
        #expect(book.visit("v", pool: 0, of: paused, at: moment(599))?.end == moment(1199))
        #expect(book.heartbeat("v", of: paused, at: moment(1198))?.end == moment(1798))
        #expect(book.heartbeat("v", of: paused, at: moment(1798)) == nil)
        #expect(book.heartbeat("nobody", of: directory, at: moment(0)) == nil)
        #expect(book.visit("w", pool: 0, of: paused, at: moment(9999)) == nil)
    }

    @Test("a number that was stopped or has left the pool is shown to nobody any more", arguments: [["active", "stopped"], ["active"]])
    func gone(states: [String]) throws {
        var book = LeaseBook()
        let before = try directory(numbers: 2)
        _ = book.visit("u", pool: 0, of: before, at: moment(0))
        #expect(book.visit("v", pool: 0, of: before, at: moment(0))?.number.e164 == "+12125550181")
        #expect(book.heartbeat("v", of: try directory(numbers: states.count, states: states), at: moment(1)) == nil)
        #expect(book.heartbeat("u", of: try directory(numbers: states.count, states: states), at: moment(1)) != nil)
    }

    @Test("the overflow number is shared by all who come while the others are taken, and all that is counted")
    func overflow() throws {
        let directory = try directory(numbers: 1, overflow: true)
        var book = LeaseBook()
        let leases = ["v", "w", "x"].compactMap { book.visit($0, pool: 0, of: directory, at: moment(0)) }
        #expect(leases.map(\.isOverflow) == [false, true, true] && leases[1].number == leases[2].number)
        let use = book.use(ofPool: 0, of: directory, at: moment(1))
        #expect(use.leased == 1 && use.overflow == 2 && use.counts.overflow == 2 && use.counts.exhausted == 0)
        let cooling = book.use(ofPool: 0, of: directory, at: moment(600))
        #expect(cooling.leased == 0 && cooling.coolingDown == 1 && cooling.overflow == 0)
    }

    @Test("an exhausted pool without overflow leases nothing, and counts it")
    func exhausted() throws {
        let directory = try directory(numbers: 1)
        var book = LeaseBook()
        _ = book.visit("v", pool: 0, of: directory, at: moment(0))
        for _ in 0..<3 { #expect(book.visit("w", pool: 0, of: directory, at: moment(1)) == nil) }
        #expect(book.use(ofPool: 0, of: directory, at: moment(1)).counts.exhausted == 3)
        #expect(LeaseBook(LeaseRows()).use(ofPool: 0, of: directory, at: moment(1)).counts.exhausted == 0)
    }
}
