import CallModel
import Foundation
import Testing

@Suite("Days and hours of a zone (directory.md §3)")
struct CalendarTests {
    private static let zones = [
        "America/New_York", "America/Santiago", "America/Havana", "Asia/Beirut", "Africa/Cairo", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Chatham",
        "Pacific/Apia", "Pacific/Kiritimati", "Etc/UTC",
    ]

    @Test("a day begins when a clock of that zone first shows it, on every day of many years", arguments: zones)
    func days(name: String) throws {
        let zone = try #require(ZoneRules.named(name))
        let clock = try #require(TimeZone(identifier: name))
        func day(_ second: Int) -> Int {
            let local = second + clock.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second)))
            return local >= 0 ? local / 86_400 : (local + 1) / 86_400 - 1
        }
        // 2012, after Apia has left out a day, to 2036.
        let wrong = (15_340..<24_472).filter { number in
            let start = Int(zone.startOfDay(number).milliseconds / 1000)
            return day(start) != number || day(start - 1) != number - 1
        }
        #expect(wrong.isEmpty)
    }

    @Test("an hour is what a clock shows as one hour at one offset", arguments: zones)
    func hours(name: String) throws {
        let zone = try #require(ZoneRules.named(name))
        let clock = try #require(TimeZone(identifier: name))
        func shown(_ time: Timestamp) -> [Int] {
            let second = Int(time.milliseconds / 1000)
            let offset = clock.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second)))
            return [(second + offset) / 3600, offset]
        }
        // Every quarter of an hour of 2026.
        let wrong = (0..<35_040).filter { quarter in
            let time = Timestamp(milliseconds: 1_767_225_600_000 + Int64(quarter) * 900_000 + 1)
            let hour = zone.hour(around: time)
            let inside = [hour.lowerBound, Timestamp(milliseconds: hour.upperBound.milliseconds - 1)]
            let outside = [hour.upperBound, Timestamp(milliseconds: hour.lowerBound.milliseconds - 1)]
            return !hour.contains(time) || inside.contains { shown($0) != shown(time) } || outside.contains { shown($0) == shown(time) }
        }
        #expect(wrong.isEmpty)
    }
}
