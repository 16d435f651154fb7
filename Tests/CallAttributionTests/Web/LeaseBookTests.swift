import CallAttribution
import CallModel
import Testing

@Suite("Numbers leased to web visitors")
struct LeaseBookTests {
    private func pool(lease: Int = 600, cooldown: Int = 300, numbers: Int = 5, overflow: Bool = false) throws -> NumberPool {
        let members = (0..<numbers).map { "\"+121255501\(80 + $0)\"" }.joined(separator: ", ")
        let directory = try Directory(
            yaml: """
                account: acme
                country: US
                time_zone: Etc/UTC
                destinations: [{id: a, number: "+12125550111", kind: landline}]
                flows: [{id: main, start: {dial: a}}]
                numbers: []
                pools:
                  - {id: web, flow: main, numbers: [\(members)], lease_seconds: \(lease), max_lease_seconds: 3600, cooldown_seconds: \(cooldown)\(overflow ? ", overflow: \"+12125550189\"" : "")}
                """, version: 1)
        return try #require(directory.pools.first)
    }

    private func moment(_ seconds: Int) -> Timestamp { Timestamp(milliseconds: 1_780_000_000_000).advanced(bySeconds: Double(seconds)) }

    @Test("two visitors never hold one number, and none is handed out before it has cooled down, whatever they do", arguments: 0..<20)
    func exclusive(seed: Int) throws {
        let pool = try pool()
        var book = LeaseBook()
        var dice = UInt64(seed) &* 77 &+ 5
        func roll(_ sides: Int) -> Int {
            dice = dice &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(dice >> 33) % sides
        }
        var now = 0
        for _ in 0..<2_000 {
            now += roll(40)
            let visitor = "v\(roll(30))"
            if roll(3) == 0 { _ = book.heartbeat(visitor, [pool], at: moment(now)) } else { _ = book.visit(visitor, pool, at: moment(now)) { _ in true } }
        }
        for number in pool.numbers {
            let leases = book.leases(of: number)
            #expect(!leases.isEmpty)
            for (earlier, later) in zip(leases, leases.dropFirst()) { #expect(earlier.end.advanced(bySeconds: 300) <= later.start) }
            #expect(leases.allSatisfy { $0.end.seconds(since: $0.start) <= 3600 })
        }
    }

    @Test("a visitor keeps the number; a heartbeat without a live lease gets none; what may not be leased is passed over")
    func keeping() throws {
        let pool = try pool(numbers: 2)
        var book = LeaseBook()
        let first = try #require(book.visit("v", pool, at: moment(0)) { $0 != pool.numbers[0] })
        #expect(first.number == pool.numbers[1] && first.end == moment(600))
        #expect(book.visit("v", pool, at: moment(599)) { _ in false }?.end == moment(1199))
        #expect(book.heartbeat("v", [pool], at: moment(1198))?.end == moment(1798))
        #expect(book.heartbeat("v", [pool], at: moment(1798)) == nil)
        #expect(book.heartbeat("nobody", [pool], at: moment(0)) == nil)
        #expect(book.visit("w", pool, at: moment(1798)) { $0 != pool.numbers[0] } == nil)
    }

    @Test("the overflow number is shared by all who come while the others are taken")
    func overflow() throws {
        let pool = try pool(numbers: 1, overflow: true)
        var book = LeaseBook()
        let leases = ["v", "w", "x"].compactMap { book.visit($0, pool, at: moment(0)) { _ in true } }
        #expect(leases.map(\.isOverflow) == [false, true, true] && leases[1].number == leases[2].number)
    }
}
