/// Opening hours that start on one day: "09:00-17:00" (directory.md, "DST:").
///
/// `start ≤ t < end` on the wall clock, so a window in a missing hour is empty and one in a repeated hour is open twice.
public struct DayWindow: Hashable, Sendable {
    /// Minute of the day, 0–1,439.
    public let start: Int
    /// Minutes from the same midnight, over 1,440 when the window runs on into the next day.
    public let end: Int

    public static let wholeDay = DayWindow(start: 0, end: minutesPerDay)
    static let minutesPerDay = 1440

    init(start: Int, end: Int) {
        self.start = start
        self.end = end
    }

    /// "HH:MM-HH:MM", the end up to 24:00; an end that is not after the start is the next day's. Nil for any other form.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 11, bytes[5] == UInt8(ascii: "-"),
            let start = DayWindow.minute(bytes[0..<5]), let end = DayWindow.minute(bytes[6..<11]),
            start < DayWindow.minutesPerDay
        else { return nil }
        self.init(start: start, end: end > start ? end : end + DayWindow.minutesPerDay)
    }

    /// Whether the window, of the day `daysBefore` days ago, is open at this minute of today.
    func contains(minute: Int, daysBefore: Int = 0) -> Bool {
        let minute = minute + daysBefore * DayWindow.minutesPerDay
        return start <= minute && minute < end
    }

    func overlaps(_ other: DayWindow) -> Bool { start < other.end && other.start < end }

    private static func minute(_ bytes: ArraySlice<UInt8>) -> Int? {
        let first = bytes.startIndex
        guard bytes[first + 2] == UInt8(ascii: ":"), let hour = decimal(bytes[first..<first + 2]),
            let minute = decimal(bytes[(first + 3)...]), minute < 60, hour < 24 || (hour == 24 && minute == 0)
        else { return nil }
        return hour * 60 + minute
    }
}
