import CallModel
import Testing

@Suite struct CivilDateTests {
    @Test("Days and dates turn into each other over eight centuries")
    func roundTrip() throws {
        var before = CivilDate(dayNumber: -150_001)
        for day in -150_000...150_000 {
            let date = CivilDate(dayNumber: day)
            guard date.dayNumber == day, before < date, CivilDate(year: date.year, month: date.month, day: date.day) == date else {
                Issue.record("day \(day) became \(date)")
                return
            }
            before = date
        }
        #expect(CivilDate(dayNumber: 0) == CivilDate("1970-01-01"))
        #expect(try #require(CivilDate("2026-06-03")).weekday == .wed)
    }

    @Test("Days that do not exist and other spellings are no dates", arguments: [
        "2026-02-29", "2026-13-01", "2026-00-01", "2026-04-31", "2026-01-00", "2026-1-1", "20260101", "2026/01/01", "2026-01-01T", "", "abcd-ef-gh",
        "1900-02-29",
    ])
    func noDates(text: String) {
        #expect(CivilDate(text) == nil)
    }

    @Test("Leap days exist", arguments: ["2024-02-29", "2000-02-29"])
    func leapDays(text: String) {
        #expect(CivilDate(text) != nil)
    }

    @Test("RFC 3339 in any offset is one instant", arguments: [
        ("2026-06-03T14:05:00Z", "2026-06-03T14:05:00.000Z"), ("2026-06-03t10:05:00.5-04:00", "2026-06-03T14:05:00.500Z"),
        ("2026-06-03 14:05:00.123456Z", "2026-06-03T14:05:00.123Z"), ("2026-06-04T00:05:00+10:00", "2026-06-03T14:05:00.000Z"),
        ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"), ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"),
    ])
    func rfc3339(text: String, utc: String) {
        #expect(Timestamp(rfc3339: text)?.rfc3339 == utc)
    }

    @Test("Other spellings of a moment are refused", arguments: [
        "2026-06-03T14:05:00", "2026-06-03", "2026-06-03T24:05:00Z", "2026-06-03T14:60:00Z", "2026-06-03T14:05:00.Z", "2026-06-03T14:05:00+4",
        "2026-06-03T14:05:00+04:60", "2026-02-30T14:05:00Z", "2026-06-03T14:05:00ZZ", "", "now", "2026-06-03T14:05:00*04:00",
    ])
    func noMoments(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test("A written moment reads back")
    func momentsRoundTrip() {
        for step in -1500...1500 {
            let time = Timestamp(milliseconds: Int64(step) * 40_123_456_789)
            #expect(Timestamp(rfc3339: time.rfc3339) == time)
        }
        #expect(Timestamp(milliseconds: .min).rfc3339 == "0001-01-01T00:00:00.000Z")
        #expect(Timestamp(milliseconds: .max).rfc3339 == "9999-12-31T23:59:59.999Z")
    }
}
