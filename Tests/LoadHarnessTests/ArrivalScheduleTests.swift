import LoadHarness
import Testing

@Suite("Arrivals of an open loop")
struct ArrivalScheduleTests {
    @Test("constant arrivals are evenly spaced from the start, and do not drift")
    func constant() {
        var schedule = ArrivalSchedule(rate: 1000, spacing: .constant, seed: 0)
        let moments = (0..<3_600_001).map { _ in schedule.next() }
        #expect(moments[0] == 0)
        #expect(moments[1] == 1_000_000)
        #expect(moments[3_600_000] == 3_600_000_000_000)
    }

    @Test("poisson arrivals keep the rate, in order, with waits as scattered as an exponential's")
    func poisson() {
        var schedule = ArrivalSchedule(rate: 500, spacing: .poisson, seed: 42)
        let count = 100_000
        var last: UInt64 = 0
        var longerThanMean = 0
        for _ in 0..<count {
            let moment = schedule.next()
            #expect(moment >= last)
            if moment - last > 2_000_000 { longerThanMean += 1 }
            last = moment
        }
        let rate = Double(count) / (Double(last) / 1e9)
        #expect(abs(rate - 500) < 10)
        // 1/e of the waits are longer than the mean one.
        #expect(abs(Double(longerThanMean) / Double(count) - 0.3679) < 0.01)
    }

    @Test("the same seed gives the same moments, another one others")
    func seeds() {
        func moments(_ seed: UInt64) -> [UInt64] {
            var schedule = ArrivalSchedule(rate: 10, spacing: .poisson, seed: seed)
            return (0..<5).map { _ in schedule.next() }
        }
        #expect(moments(7) == moments(7))
        #expect(moments(7) != moments(8))
    }
}
