/// A day of the week, as a directory writes it.
public enum Weekday: Int, Hashable, Sendable, CaseIterable {
    case mon, tue, wed, thu, fri, sat, sun

    /// Of the day `dayNumber` days after 1970-01-01, a Thursday.
    public init(dayNumber: Int) {
        let place = (dayNumber + 3) % 7
        self = Weekday.allCases[place < 0 ? place + 7 : place]
    }

    public init?(_ word: String) {
        guard let day = Weekday.allCases.first(where: { "\($0)" == word }) else { return nil }
        self = day
    }
}
