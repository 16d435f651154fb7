import CallAttribution
import CallModel
import Testing

@Suite("Days of a report as people name them")
struct ReportPeriodTests {
    /// 2026-06-03, 20:30 in New York.
    private let now = Timestamp(milliseconds: 1_780_533_000_000)

    private func period(from: String? = nil, to: String? = nil, month: String? = nil, last: String? = nil, at now: Timestamp? = nil) throws -> String? {
        let newYork = try zone("America/New_York")
        let period = try ReportPeriod.named(from: from, to: to, month: month, last: last, zone: newYork, now: now ?? self.now)
        return period.map { "\($0.first.text) \($0.last.text)" }
    }

    @Test("both ends are included, and today is the zone's")
    func named() throws {
        #expect(try period() == nil)
        #expect(try period(from: "2026-06-01", to: "2026-06-30") == "2026-06-01 2026-06-30")
        #expect(try period(from: "2026-06-01") == "2026-06-01 2026-06-03")
        #expect(try period(month: "2026-02") == "2026-02-01 2026-02-28" && period(month: "2024-02") == "2024-02-01 2024-02-29")
        #expect(try period(month: "2026-12") == "2026-12-01 2026-12-31")
        #expect(try period(last: "1d") == "2026-06-03 2026-06-03" && period(last: "30d") == "2026-05-05 2026-06-03")
        #expect(try period(last: "4w") == "2026-05-07 2026-06-03" && period(last: "3m") == "2026-03-04 2026-06-03" && period(last: "18m") == "2024-12-04 2026-06-03")
        #expect(try period(last: "3m", at: Timestamp(milliseconds: 1_780_250_400_000)) == "2026-03-01 2026-05-31")
    }

    @Test("a moment belongs to the day that the zone's clock shows")
    func bounds() throws {
        let range = try days("2026-06-01", "2026-06-30", try zone("America/New_York")).range
        #expect(range.lowerBound.rfc3339 == "2026-06-01T04:00:00.000Z" && range.upperBound.rfc3339 == "2026-07-01T04:00:00.000Z")
    }

    @Test(
        "what names no days is refused with the value and the remedy",
        arguments: [
            (["2026-06-31", "2026-07-01", nil, nil], "2026-06-31"), (["2026-06-03", "2026-06-02", nil, nil], "after"), ([nil, "2026-06-02", nil, nil], "from"),
            (["2026-07-01", nil, nil, nil], "after today"), ([nil, nil, "2026-13", nil], "2026-13"), ([nil, nil, "2026-6", nil], "2026-6"),
            ([nil, nil, nil, "30"], "30d"), ([nil, nil, nil, "0d"], "0d"), ([nil, nil, nil, "-3w"], "-3w"), ([nil, nil, nil, "d"], "30d"),
            ([nil, nil, nil, "9999999999999999999d"], "30d"), (["2026-06-01", nil, "2026-06", nil], "month"), ([nil, nil, "2026-06", "3m"], "last"),
            ([nil, nil, nil, "30000m"], "century"), (["0000-01-01", "2026-01-01", nil, nil], "0000-01-01"),
        ] as [([String?], String)])
    func refused(given: [String?], word: String) throws {
        let error = #expect(throws: ReportError.self) { try period(from: given[0], to: given[1], month: given[2], last: given[3]) }
        #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
    }

    @Test("a series of more buckets than anybody reads is refused, and says what to take")
    func tooMany() throws {
        let years = try days("2000-01-01", "2026-06-30", try zone("Etc/UTC"))
        let error = #expect(throws: ReportError.self) { try TimeBuckets(years, step: .hour) }
        #expect(error?.message.contains("longer steps") == true)
    }
}
