import CallModel
import Foundation
import Testing

@Suite struct ZoneRulesTests {
    @Test("Local time is what Foundation says, every hour of several years", arguments: [
        "America/New_York", "Europe/London", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "Asia/Tokyo", "America/Sao_Paulo",
        "Africa/Casablanca", "Pacific/Apia", "America/St_Johns", "Etc/UTC",
    ])
    func everyHour(name: String) throws {
        let rules = try #require(ZoneRules.named(name))
        let zone = try #require(TimeZone(identifier: name))
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        var wrong: [String] = []
        for year in [1971, 1999, 2011, 2024, 2025, 2026, 2037, 2038, 2099] {
            let start = try #require(CivilDate(year: year, month: 1, day: 1)).dayNumber
            for hour in 0..<(366 * 24) {
                // A millisecond before the hour and the hour itself, so that an edge that is off by one shows.
                for millisecond in [Int64(hour) * 3_600_000 - 1, Int64(hour) * 3_600_000] {
                    let time = Timestamp(milliseconds: Int64(start) * 86_400_000 + millisecond)
                    let second = (Double(time.milliseconds) / 1000).rounded(.down)
                    let expected = zone.secondsFromGMT(for: Date(timeIntervalSince1970: second))
                    if rules.offset(at: time) != expected { wrong.append("\(name) \(time.rfc3339)") }
                }
            }
            for day in stride(from: start, to: start + 365, by: 5) {
                let time = Timestamp(milliseconds: Int64(day) * 86_400_000 + 39_845_000)
                let local = rules.localTime(at: time)
                let expected = calendar.dateComponents(
                    [.year, .month, .day, .hour, .minute, .weekday], from: Date(timeIntervalSince1970: Double(time.milliseconds) / 1000))
                let date = local.date
                #expect(date.year == expected.year)
                #expect(date.month == expected.month)
                #expect(date.day == expected.day)
                #expect(local.minuteOfDay / 60 == expected.hour)
                #expect(local.minuteOfDay % 60 == expected.minute)
                // Foundation's week begins on Sunday with 1.
                #expect((local.weekday.rawValue + 1) % 7 + 1 == expected.weekday)
            }
        }
        #expect(wrong.isEmpty, "\(wrong.count) wrong, the first \(wrong.first ?? "")")
    }

    @Test("Region and city name a zone", arguments: [
        "America/New_York", "America/Argentina/Buenos_Aires", "Asia/Kolkata", "Europe/Kyiv", "America/Indiana/Knox", "Etc/UTC", "Pacific/Auckland",
        "Asia/Ho_Chi_Minh", "Asia/Calcutta", "Antarctica/Troll", "Atlantic/Azores",
    ])
    func zones(name: String) {
        #expect(ZoneRules.named(name)?.name == name)
    }

    @Test("Abbreviations, offsets and inventions are no zones", arguments: [
        "EST", "UTC", "GMT", "UTC+5", "GMT-3", "Etc/GMT+5", "-05:00", "EST5EDT", "US/Eastern", "america/new_york", "America/New York",
        "America/", "America/Nowhere", "Mars/City", "", "/", "America/New_York/", "Z", "Local", "Etc/UTC ", "America/new_york", "Europe/../Asia/Tokyo", "America/EST", "America/New_York\u{0}",
    ])
    func noZones(name: String) {
        #expect(ZoneRules.named(name) == nil)
    }

    @Test("A zone is made once")
    func cached() {
        #expect(ZoneRules.named("Europe/Paris") === ZoneRules.named("Europe/Paris"))
    }

    @Test("Outside the known years the nearest offset holds")
    func extremes() throws {
        let rules = try #require(ZoneRules.named("America/New_York"))
        #expect(rules.offset(at: Timestamp(milliseconds: -4_000_000_000_000)) == -5 * 3600)
        #expect(rules.offset(at: Timestamp(milliseconds: 9_000_000_000_000)) == -5 * 3600)
        #expect(rules.localTime(at: Timestamp(milliseconds: -1)).secondOfDay == 68_399)
    }
}
