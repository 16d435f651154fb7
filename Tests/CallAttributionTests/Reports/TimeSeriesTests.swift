import CallAttribution
import CallModel
import Testing

@Suite("Time series follow the clock of a zone (records.md §6)")
struct TimeSeriesTests {
    private static let zones = ["America/New_York", "Europe/London", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "America/Havana", "Etc/UTC"]

    private func rows(_ random: RandomCalls, _ step: ReportStep, _ period: ReportPeriod) throws -> [Report.Row] {
        random.report(.series(step), zone: period.zone, buckets: try TimeBuckets(period, step: step)).rows
    }

    @Test("a day of a clock change has 25 or 23 hours, and the hour that comes twice is told by its offset")
    func changes() throws {
        let newYork = try zone("America/New_York")
        let autumn = try TimeBuckets(try days("2026-11-01", "2026-11-01", newYork), step: .hour)
        let shown = (0..<autumn.count).map { newYork.localTime(at: autumn[$0].lowerBound) }
        #expect(autumn.count == 25)
        #expect(shown[0...3].map(\.secondOfDay) == [0, 3600, 3600, 7200] && shown[0...3].map(\.offset) == [-14_400, -14_400, -18_000, -18_000])
        #expect(try TimeBuckets(try days("2026-03-08", "2026-03-08", newYork), step: .hour).count == 23)
        #expect(try TimeBuckets(try days("2026-06-03", "2026-06-03", newYork), step: .hour).count == 24)
        // Half an hour, there and back.
        let lordHowe = try zone("Australia/Lord_Howe")
        #expect(try TimeBuckets(try days("2026-04-05", "2026-04-05", lordHowe), step: .hour).count == 25)
        #expect(try TimeBuckets(try days("2026-10-04", "2026-10-04", lordHowe), step: .hour).count == 24)
        // Samoa crossed the date line and has no 30 December 2011.
        let apia = try zone("Pacific/Apia")
        #expect(try TimeBuckets(try days("2011-12-29", "2011-12-31", apia), step: .day).count == 2)
        #expect(throws: ReportError.self) { try TimeBuckets(try days("2011-12-30", "2011-12-30", apia), step: .day) }
    }

    @Test("hours add up to their day, days to their week and month, and all to the period", arguments: zones)
    func addUp(name: String) throws {
        let zone = try zone(name)
        for (first, last) in [("2026-02-10", "2026-04-20"), ("2026-09-20", "2026-11-20"), ("2011-11-28", "2012-01-15"), ("2026-06-03", "2026-06-03")] {
            let period = try days(first, last, zone)
            let random = RandomCalls(120, in: period.range, seed: UInt64(period.days.count))
            let series = try ReportStep.allCases.map { step in
                (buckets: try TimeBuckets(period, step: step), rows: try rows(random, step, period).map(\.sums.calls))
            }
            for (buckets, calls) in series {
                #expect(calls.reduce(.zero, +) == CallCount(120))
                for (place, count) in calls.enumerated() {
                    #expect(count == CallCount(random.calls.filter { buckets[place].contains($0.startedAt) }.count))
                }
            }
            // What is within a longer bucket adds up to it.
            for (short, long) in [(0, 1), (1, 2), (1, 3), (0, 3)] {
                let (fine, coarse) = (series[short], series[long])
                for (place, count) in coarse.rows.enumerated() {
                    let within = fine.rows.indices.filter { coarse.buckets[place].contains(fine.buckets[$0].lowerBound) }
                    #expect(within.map { fine.rows[$0] }.reduce(.zero, +) == count)
                }
            }
            for dimension in [ReportDimension.hourOfDay, .weekday] {
                #expect(random.report(.dimension(dimension), zone: zone).rows.map(\.sums.calls).reduce(.zero, +) == CallCount(120))
            }
        }
    }

    @Test("weeks begin on Monday and months on the first, cut off at the ends of the period")
    func weeks() throws {
        let utc = try zone("Etc/UTC")
        let period = try days("2026-06-03", "2026-07-07", utc)
        func starts(_ step: ReportStep) throws -> [String] {
            let buckets = try TimeBuckets(period, step: step)
            return (0..<buckets.count).map { utc.localTime(at: buckets[$0].lowerBound).date.text }
        }
        #expect(try starts(.week) == ["2026-06-03", "2026-06-08", "2026-06-15", "2026-06-22", "2026-06-29", "2026-07-06"])
        #expect(try starts(.month) == ["2026-06-03", "2026-07-01"])
    }

    @Test("the period before has as many days, ends the day before, and shares none", arguments: zones)
    func previous(name: String) throws {
        let zone = try zone(name)
        for (first, last) in [("2026-03-08", "2026-03-08"), ("2026-11-01", "2026-11-01"), ("2026-11-02", "2026-11-02"), ("2026-06-03", "2026-07-07"), ("2012-01-01", "2012-01-03")] {
            let period = try days(first, last, zone)
            let before = period.previous
            #expect(before.days.count == period.days.count && before.days.upperBound + 1 == period.days.lowerBound && before.range.upperBound == period.range.lowerBound)
            let random = RandomCalls(300, in: before.range, seed: 9)
            for step in ReportStep.allCases {
                let buckets = try TimeBuckets(period, step: step)
                #expect(buckets.previous.count == buckets.count && buckets.previous[0].lowerBound == before.range.lowerBound)
                let calls = random.report(.series(step), zone: zone, buckets: buckets.previous).rows.map(\.sums.calls)
                #expect(calls.reduce(.zero, +) == CallCount(300), "\(first) by \(step)")
            }
        }
    }

    @Test("an hour is compared with the hour of the same name")
    func previousHours() throws {
        let newYork = try zone("America/New_York")
        func hour(_ range: Range<Timestamp>) -> Int { newYork.localTime(at: range.lowerBound).secondOfDay / 3600 }
        for day in ["2026-11-01", "2026-11-02", "2026-03-08", "2026-03-09", "2026-06-03"] {
            let buckets = try TimeBuckets(try days(day, day, newYork), step: .hour)
            let before = buckets.previous
            for place in 0..<buckets.count where !before[place].isEmpty {
                // But for the hour after the one that was left out.
                #expect(hour(before[place]) == hour(buckets[place]) || (day == "2026-03-09" && hour(buckets[place]) == 2), "\(day) \(place)")
            }
        }
        #expect(try TimeBuckets(try days("2026-11-01", "2026-11-01", newYork), step: .hour).previous[2].isEmpty)
    }

    @Test("rows of two periods stand beside each other, also those that one of them lacks")
    func compared() throws {
        let utc = try zone("Etc/UTC")
        var names = InternedNames()
        func tally(_ sources: [String]) -> ReportTally {
            var tally = ReportTally(.dimension(.source), model: .recorded, zone: utc, buckets: nil)
            for source in sources {
                var call = CallFigures(startedAt: Timestamp(milliseconds: 0))
                call.source = names.number(TrafficSource(source: source))
                tally.add(call) { names }
            }
            return tally
        }
        let report = Report(tally(["a", "b", "b"]), previous: tally(["c", "a", "a", "a"]), grouping: .dimension(.source), top: nil)
        #expect(report.rows.map(\.key) == ["b", "a", "c"].map { .value($0) })
        #expect(report.rows.map(\.sums.calls) == [CallCount(2), CallCount(1), .zero])
        #expect(report.rows.map(\.previous?.calls) == [.zero, CallCount(3), CallCount(1)])
        #expect(report.total.calls == CallCount(3) && report.previousTotal?.calls == CallCount(4))
    }
}
