import CallAttribution
import CallModel
import Testing

@Suite("What a pool's past says of its size")
struct PoolHistoryTests {
    private func at(_ minute: Int) -> Timestamp { Timestamp(milliseconds: Int64(minute) * 60_000) }

    private func numbers(_ count: Int) throws -> [PhoneNumber] { try (0..<count).map { try #require(PhoneNumber(e164: "+121255501\(80 + $0)")) } }

    @Test("it is exhausted while all numbers are leased or cool down, and needs as many as would have been taken at once")
    func exhausted() throws {
        let numbers = try numbers(2)
        var history = PoolHistory()
        history.leases = [numbers[0]: [at(0)..<at(30), at(40)..<at(60)], numbers[1]: [at(10)..<at(40)]]
        history.overflow = [at(20)..<at(25)]
        // Twice the same visitor, then another at the same time.
        history.refusals = [[at(21), at(22)], [at(22)]]
        let days = history.days([at(0)..<at(1440), at(1440)..<at(2880)], leaseSeconds: 600, cooldownSeconds: 300, until: at(5000))
        // 10–35 both taken; 40–45 the second cools down while the first is leased again.
        #expect(days[0].exhaustedSeconds == 30 * 60)
        #expect(days[0].leases == 3 && days[0].overflowLeases == 1 && days[0].refusals == 3)
        #expect(days[0].peak == 5)
        #expect(days[1] == PoolDay(range: at(1440)..<at(2880)))
    }

    @Test("what is still to come has not been yet, and a day that has not begun is empty")
    func now() throws {
        var history = PoolHistory()
        history.leases = [try numbers(1)[0]: [at(0)..<at(60)]]
        let days = history.days([at(0)..<at(1440), at(1440)..<at(2880)], leaseSeconds: 600, cooldownSeconds: 0, until: at(15))
        #expect(days[0].exhaustedSeconds == 15 * 60 && days[0].peak == 1 && days[1].peak == 0)
    }

    @Test("across midnight each day has its own part")
    func midnight() throws {
        var history = PoolHistory()
        history.leases = [try numbers(1)[0]: [at(1430)..<at(1450)]]
        let days = history.days([at(0)..<at(1440), at(1440)..<at(2880)], leaseSeconds: 600, cooldownSeconds: 300, until: at(5000))
        #expect(days.map(\.exhaustedSeconds) == [600, 900] && days.map(\.leases) == [1, 0] && days.map(\.peak) == [1, 1])
    }

    @Test(
        "a pool's size is the visitors of the peak hour times the hours each stays, rounded up",
        arguments: [(200, 3, 10), (201, 3, 11), (60, 1, 1), (61, 1, 2), (1, 0.1, 1), (1200, 0.1, 2), (100, 4.2, 7), (300, 35, 175)])
    func size(peak: Double, minutes: Double, size: Int) {
        #expect(PoolSize.numbers(peakPerHour: peak, sessionMinutes: minutes) == size)
    }
}
