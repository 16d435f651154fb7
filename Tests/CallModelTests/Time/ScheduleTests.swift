import CallModel
import Testing

/// New York is at UTC−4 in June and UTC−5 in December; 2026-06-03 is a Wednesday.
@Suite struct ScheduleTests {
    private func office(_ text: String) throws -> Schedule {
        let directory = try Directory(yaml: document(schedules: "[{id: office, \(text)}]"), version: 1)
        return directory.schedules[0]
    }

    private func open(_ schedule: Schedule, _ times: String...) throws -> [Bool] {
        try times.map { schedule.isOpen(at: try #require(Timestamp(rfc3339: $0))) }
    }

    @Test("A window holds its start and not its end")
    func halfOpen() throws {
        let office = try office("weekly: {wed: [\"09:00-12:00\", \"13:00-17:00\"]}")
        #expect(
            try open(
                office, "2026-06-03T08:59:59.999-04:00", "2026-06-03T09:00:00-04:00", "2026-06-03T11:59:59.999-04:00",
                "2026-06-03T12:00:00-04:00", "2026-06-03T13:00:00-04:00", "2026-06-03T17:00:00-04:00", "2026-06-04T09:30:00-04:00")
                == [false, true, true, false, true, false, false])
    }

    @Test("A window over midnight belongs to the day it starts on")
    func overMidnight() throws {
        let office = try office("weekly: {fri: [\"21:00-02:00\"]}, overrides: [{date: 2026-06-06, closed: true}]")
        #expect(
            try open(
                office, "2026-06-05T20:59:59-04:00", "2026-06-05T21:00:00-04:00", "2026-06-06T01:59:59-04:00", "2026-06-06T02:00:00-04:00",
                "2026-06-05T01:00:00-04:00", "2026-06-06T21:00:00-04:00")
                == [false, true, true, false, false, false])
    }

    @Test("00:00-24:00 is the whole day, and 09:00-09:00 runs until the next")
    func wholeDay() throws {
        let day = try office("weekly: {wed: [\"00:00-24:00\"]}")
        #expect(
            try open(day, "2026-06-03T00:00:00-04:00", "2026-06-03T23:59:59.999-04:00", "2026-06-04T00:00:00-04:00", "2026-06-02T23:59:59-04:00")
                == [true, true, false, false])
        let long = try office("weekly: {wed: [\"09:00-09:00\"]}")
        #expect(try open(long, "2026-06-03T08:59:00-04:00", "2026-06-04T08:59:59-04:00", "2026-06-04T09:00:00-04:00") == [false, true, false])
    }

    @Test("Special days replace the week's hours, both ends inclusive, and the first that covers a day holds")
    func overrides() throws {
        let office = try office(
            """
            weekly: {mon: ["09:00-17:00"], wed: ["09:00-17:00"], thu: ["09:00-17:00"]}, overrides: [
              {date: 2026-07-02, closed: true}, {from: 2026-07-01, to: 2026-07-05, hours: ["10:00-14:00"]},
              {date: 2026-12-25, closed: true, yearly: true}, {from: 2025-12-30, to: 2026-01-02, hours: ["12:00-13:00"], yearly: true}]
            """)
        #expect(
            try open(
                office, "2026-07-01T09:30:00-04:00", "2026-07-01T10:00:00-04:00", "2026-07-02T10:00:00-04:00", "2026-07-05T13:59:59-04:00",
                "2026-07-06T10:00:00-04:00") == [false, true, false, true, true])
        // 2028-12-25 is a Monday, and so is 2030-12-30; 2031-01-02 is a Thursday, 2031-01-06 a Monday.
        #expect(
            try open(
                office, "2028-12-25T10:00:00-05:00", "2030-12-30T10:00:00-05:00", "2030-12-30T12:00:00-05:00", "2031-01-02T12:30:00-05:00",
                "2031-01-02T10:00:00-05:00", "2031-01-06T10:00:00-05:00") == [false, false, true, true, false, true])
    }

    @Test("The operator's word beats the calendar until it expires")
    func manual() throws {
        let closed = try office("weekly: {wed: [\"00:00-24:00\"]}, manual: {state: closed, until: 2026-06-03T15:00:00Z}")
        #expect(try open(closed, "2026-06-03T14:59:59.999Z", "2026-06-03T15:00:00Z") == [false, true])
        let opened = closed.with(manual: Schedule.Manual(isOpen: true, until: nil))
        #expect(try open(opened, "2026-06-05T03:00:00Z") == [true])
        #expect(try open(opened.with(manual: nil), "2026-06-05T05:00:00Z") == [false])
    }

    @Test("A window in the missing hour is empty, and one that begins in it opens after it")
    func missingHour() throws {
        // 2026-03-08: 02:00 becomes 03:00 at 07:00 UTC.
        let missing = try office("weekly: {sun: [\"02:00-03:00\"]}")
        for minute in stride(from: 0, to: 24 * 60, by: 1) {
            let time = try #require(Timestamp(rfc3339: "2026-03-08T05:00:00Z")).advanced(bySeconds: Double(minute) * 60)
            #expect(!missing.isOpen(at: time))
        }
        let half = try office("weekly: {sun: [\"02:30-04:00\"]}")
        #expect(try open(half, "2026-03-08T06:59:59Z", "2026-03-08T07:00:00Z", "2026-03-08T07:59:59Z", "2026-03-08T08:00:00Z") == [false, true, true, false])
    }

    @Test("A window in the repeated hour is open both times")
    func repeatedHour() throws {
        // 2026-11-01: 02:00 becomes 01:00 at 06:00 UTC.
        let office = try office("weekly: {sun: [\"01:00-02:00\"]}")
        #expect(
            try open(office, "2026-11-01T04:59:59Z", "2026-11-01T05:00:00Z", "2026-11-01T06:00:00Z", "2026-11-01T06:59:59Z", "2026-11-01T07:00:00Z")
                == [false, true, true, true, false])
    }

    @Test("A schedule without a zone is in the account's")
    func zones() throws {
        #expect(try office("weekly: {}").zone.name == "America/New_York")
        let tokyo = try office("time_zone: Asia/Tokyo, weekly: {wed: [\"09:00-10:00\"]}")
        #expect(try open(tokyo, "2026-06-03T00:00:00Z", "2026-06-03T13:00:00Z") == [true, false])
    }

    @Test("A directory takes an operator's word without being read again")
    func directory() throws {
        let directory = try Directory(yaml: document(schedules: "[{id: office, weekly: {}}]"), version: 7)
        let opened = try #require(directory.with(manual: Schedule.Manual(isOpen: true, until: nil), schedule: "office"))
        #expect(opened.schedules[0].isOpen(at: Timestamp(milliseconds: 0)))
        #expect(!directory.schedules[0].isOpen(at: Timestamp(milliseconds: 0)))
        #expect(opened.version == 7)
        #expect(directory.with(manual: nil, schedule: "nowhere") == nil)
    }
}
