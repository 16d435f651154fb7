import CallModel
import Foundation
import Testing

/// Clocks and schedules against those of Python, whose `zoneinfo` reads the system's own copy of the IANA database.
@Suite struct ZoneWalkTests {
    /// Ordinary ones; changes by half an hour (Lord Howe) and two (Troll), at midnight (Havana, Beirut), around Ramadan (Casablanca), a
    /// year that ended them (São Paulo, 2019), a day that never was (Apia, 2011-12-30), and offsets of 45 and 30 minutes.
    private static let zones = [
        "America/New_York", "Europe/London", "Europe/Dublin", "Australia/Lord_Howe", "Antarctica/Troll", "America/Havana", "Asia/Beirut",
        "Africa/Casablanca", "America/Sao_Paulo", "Pacific/Apia", "Asia/Kathmandu", "America/St_Johns", "Etc/UTC",
    ]
    private static let years = [2011, 2018, 2019, 2025, 2026, 2027, 2037]

    /// Windows at night and over midnight, where clocks change, and days of their own.
    private static let schedule = """
        weekly: {mon: ["09:00-12:00", "13:00-17:30"], tue: ["00:00-24:00"], thu: ["22:15-22:15"], fri: ["21:00-02:00"],
                 sat: ["23:30-00:30"], sun: ["00:00-00:30", "01:30-02:30", "03:00-03:15"]},
        overrides: [{date: 2020-12-25, closed: true, yearly: true}, {from: 2026-03-29, to: 2026-04-05, hours: ["02:00-03:30"]},
                    {from: 2026-12-30, to: 2027-01-02, hours: ["20:00-04:00"]}]
        """

    /// Every half hour of each year in each zone: where the offset changes, and where the schedule opens or closes. Its own reading of
    /// directory.md ("DST:"), written with Python's calendar and no more than that in common with ours.
    private static let script = """
        import datetime, json, sys, zoneinfo
        minutes = lambda text: int(text[:2]) * 60 + int(text[3:])
        weekly = {0: ["09:00-12:00", "13:00-17:30"], 1: ["00:00-24:00"], 3: ["22:15-22:15"], 4: ["21:00-02:00"],
                  5: ["23:30-00:30"], 6: ["00:00-00:30", "01:30-02:30", "03:00-03:15"]}
        day = datetime.timedelta(days=1)
        def windows(date):
            if (date.month, date.day) == (12, 25): return []
            if datetime.date(2026, 3, 29) <= date <= datetime.date(2026, 4, 5): return ["02:00-03:30"]
            if datetime.date(2026, 12, 30) <= date <= datetime.date(2027, 1, 2): return ["20:00-04:00"]
            return weekly.get(date.weekday(), [])
        def is_open(local):
            now = local.hour * 60 + local.minute
            for text in windows(local.date()):
                start, end = minutes(text[:5]), minutes(text[6:])
                if start <= now and (now < end or end <= start): return True
            for text in windows(local.date() - day):
                start, end = minutes(text[:5]), minutes(text[6:])
                if end <= start and now < end: return True
            return False
        for name in sys.argv[1].split(","):
            zone = zoneinfo.ZoneInfo(name)
            for year in map(int, sys.argv[2].split(",")):
                start = int(datetime.datetime(year, 1, 1, tzinfo=datetime.timezone.utc).timestamp())
                end = int(datetime.datetime(year + 1, 1, 1, tzinfo=datetime.timezone.utc).timestamp())
                offsets, states = [], []
                for second in range(start, end, 1800):
                    local = datetime.datetime.fromtimestamp(second, zone)
                    offset, state = int(local.utcoffset().total_seconds()), is_open(local)
                    if not offsets or offsets[-1][1] != offset: offsets.append([second, offset])
                    if not states or states[-1][1] != int(state): states.append([second, int(state)])
                print(json.dumps({"zone": name, "start": start, "end": end, "offsets": offsets, "states": states}))
        """

    /// Cuba and Morocco changed their rules in 2026, which a system's copy may know before Foundation's own does. New ones are not to be added here: reading the system's copy is what would help.
    private static func isAheadOfFoundation(_ walk: Walk) -> Bool {
        // 2026-01-01.
        ["America/Havana", "Africa/Casablanca"].contains(walk.zone) && walk.start >= 1_767_225_600
    }

    private struct Walk: Decodable {
        let zone: String
        let start: Int
        let end: Int
        /// From which second on, and what.
        let offsets: [[Int]]
        let states: [[Int]]
    }

    @Test("Every half hour of several years is what Python's clocks say, and so is a schedule's state")
    func everyHalfHour() async throws {
        let walks = try await Self.walks()
        #expect(walks.count == Self.zones.count * Self.years.count)
        for walk in walks where !Self.isAheadOfFoundation(walk) {
            let text = document(schedules: "[{id: office, time_zone: \(walk.zone), \(Self.schedule)}]")
            let schedule = try Directory(yaml: text, version: 1).schedules[0]
            var (offset, state) = (walk.offsets[...], walk.states[...])
            var wrong: [String] = []
            for second in stride(from: walk.start, to: walk.end, by: 1800) {
                if offset.count > 1, offset[offset.startIndex + 1][0] == second { offset = offset.dropFirst() }
                if state.count > 1, state[state.startIndex + 1][0] == second { state = state.dropFirst() }
                let time = Timestamp(milliseconds: Int64(second) * 1000)
                let (expected, isOpen) = (offset.first?[1] ?? 0, state.first?[1] == 1)
                if schedule.zone.offset(at: time) != expected { wrong.append("\(time.rfc3339): \(schedule.zone.offset(at: time)), not \(expected)") }
                // It holds to the last millisecond of the minute; within a quarter of an hour St. John's changed its clock, at 00:01.
                for time in [time, time.advanced(bySeconds: 59.999)] where schedule.isOpen(at: time) != isOpen {
                    wrong.append("\(time.rfc3339): \(isOpen ? "closed" : "open")")
                }
            }
            #expect(wrong.isEmpty, "\(walk.zone): \(wrong.count) wrong, the first \(wrong.first ?? "")")
        }
    }

    @Test("A day has as many hours open as its clock has, on days of 23, 24, 25 and no hours", arguments: [
        ("America/New_York", "2026-03-08", 23.0), ("America/New_York", "2026-11-01", 25), ("America/New_York", "2026-06-03", 24),
        ("Australia/Lord_Howe", "2026-04-05", 24.5), ("Australia/Lord_Howe", "2026-10-04", 23.5), ("Antarctica/Troll", "2026-03-29", 22),
        ("America/Havana", "2026-03-08", 23), ("America/Havana", "2026-11-01", 25), ("Pacific/Apia", "2011-12-30", 0), ("Pacific/Apia", "2011-12-31", 24),
    ])
    func lengths(zone: String, date: String, hours: Double) throws {
        let text = "[{id: day, time_zone: \(zone), overrides: [{date: \(date), hours: [\"00:00-24:00\"]}]}]"
        let schedule = try Directory(yaml: document(schedules: text), version: 1).schedules[0]
        let noon = try #require(Timestamp(rfc3339: "\(date)T12:00:00Z"))
        let open = stride(from: -48 * 60, to: 48 * 60, by: 15).count { schedule.isOpen(at: noon.advanced(bySeconds: Double($0) * 60)) }
        #expect(Double(open) / 4 == hours)
    }

    private static func walks() async throws -> [Walk] {
        let file = FileManager.default.temporaryDirectory.appending(path: "trunkline-zones-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        _ = FileManager.default.createFile(atPath: file.path, contents: nil)
        let output = try FileHandle(forWritingTo: file)
        let python = Process()
        python.executableURL = URL(filePath: "/usr/bin/env")
        python.arguments = ["python3", "-c", script, zones.joined(separator: ","), years.map(String.init).joined(separator: ",")]
        python.standardOutput = output
        let status: Int32 = try await withCheckedThrowingContinuation { continuation in
            python.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try python.run() } catch { continuation.resume(throwing: error) }
        }
        #expect(status == 0, "python3 with zoneinfo and the system's time zones are needed: run deploy/install --tests")
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { try JSONDecoder().decode(Walk.self, from: Data($0.utf8)) }
    }
}
