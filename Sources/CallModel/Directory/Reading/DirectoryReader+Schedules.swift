extension DirectoryReader {
    mutating func schedules(_ root: DocumentSection, zone accountZone: ZoneRules) -> ([Schedule], places: [String: Int]) {
        var schedules: [Schedule] = []
        var places: [String: Int] = [:]
        for (path, value) in items(root, "schedules") {
            let keys = ["id", "time_zone", "weekly", "overrides", "manual"]
            guard let section = section(value, at: path, keys: keys) else { continue }
            let id = uniqueID(section, example: "office", taken: places)
            let zone = zone(section) ?? accountZone
            let weekly = weekly(section)
            let overrides = items(section, "overrides").compactMap { override($0.value, at: $0.path) }
            let manual = manual(section)
            guard let id else { continue }
            places[id] = schedules.count
            schedules.append(Schedule(id: id, zone: zone, weekly: weekly, overrides: overrides, manual: manual))
        }
        return (schedules, places)
    }

    private mutating func weekly(_ schedule: DocumentSection) -> [[DayWindow]] {
        var weekly = [[DayWindow]](repeating: [], count: Weekday.allCases.count)
        let days = Weekday.allCases.map { "\($0)" }
        guard let value = schedule["weekly"],
            let section = section(value, at: schedule.path.key("weekly"), keys: days)
        else { return weekly }
        for day in Weekday.allCases { weekly[day.rawValue] = windows(section, "\(day)") }
        return weekly
    }

    private mutating func windows(_ section: DocumentSection, _ key: String) -> [DayWindow] {
        var windows: [DayWindow] = []
        for (path, value) in items(section, key) {
            guard let text = text(value, at: path), let window = window(text, at: path, line: value.line) else { continue }
            if windows.contains(where: window.overlaps) {
                report(
                    path, line: value.line,
                    "\(quoted(text)) overlaps another window of the day; join them, or let one end where the next begins")
            }
            windows.append(window)
        }
        return windows
    }

    /// "HH:MM-HH:MM"; nil, reported, when it is none.
    mutating func window(_ text: String, at path: DocumentPath, line: Int?) -> DayWindow? {
        if let window = DayWindow(text) { return window }
        report(path, line: line, "\(quoted(text)) is no window; write HH:MM-HH:MM from 00:00 to 24:00, such as 09:00-17:00")
        return nil
    }

    private mutating func override(_ value: DocumentValue, at path: DocumentPath) -> Schedule.Override? {
        guard let section = section(value, at: path, keys: ["date", "from", "to", "hours", "closed", "yearly"]) else { return nil }
        let yearly = flag(section, "yearly", default: false)
        let closed = flag(section, "closed", default: false)
        let windows = windows(section, "hours")
        if closed == (section["hours"] != nil) {
            report(path, line: section.line, "write either closed: true or hours: [ … ]")
        }
        guard let days = days(of: section) else { return nil }
        if yearly, days.upperBound.dayNumber - days.lowerBound.dayNumber >= 365 {
            report(path, line: section.line, "a yearly range of a year or more is every day; write a shorter one, or use weekly")
        }
        return Schedule.Override(days: days, yearly: yearly, windows: windows)
    }

    private mutating func days(of section: DocumentSection) -> ClosedRange<CivilDate>? {
        let date = date(section, "date")
        let from = date ?? self.date(section, "from")
        let to = date ?? self.date(section, "to")
        let given = ["date", "from", "to"].filter { section[$0] != nil }
        guard given == ["date"] || given == ["from", "to"] else {
            report(section.path, line: section.line, "write either date: 2026-12-25, or from: and to:")
            return nil
        }
        guard let from, let to else { return nil }
        guard from <= to else {
            report(section.path.key("to"), line: section.line(of: "to"), "is before from; write the first day first")
            return nil
        }
        return from...to
    }

    mutating func date(_ section: DocumentSection, _ key: String) -> CivilDate? {
        guard let value = section[key], let text = text(section, key) else { return nil }
        if let date = CivilDate(text) { return date }
        report(section.path.key(key), line: value.line, "\(quoted(text)) is no day; write YYYY-MM-DD, such as 2026-12-25")
        return nil
    }

    private mutating func manual(_ schedule: DocumentSection) -> Schedule.Manual? {
        guard let value = schedule["manual"],
            let section = section(value, at: schedule.path.key("manual"), keys: ["state", "until"])
        else { return nil }
        var until: Timestamp?
        if let value = section["until"], let text = text(section, "until") {
            until = Timestamp(rfc3339: text)
            if until == nil {
                report(
                    section.path.key("until"), line: value.line,
                    "\(quoted(text)) is no moment; write one such as 2026-06-03T22:00:00Z")
            }
        }
        guard let state = requiredText(section, "state", example: "open") else { return nil }
        guard state == "open" || state == "closed" else {
            report(section.path.key("state"), line: section.line(of: "state"), "\(quoted(state)) is not allowed; write open or closed")
            return nil
        }
        return Schedule.Manual(isOpen: state == "open", until: until)
    }
}
