/// What a visitor's browser runs on, as far as its User-Agent says (records.md §3, `device`).
public enum DeviceKind: String, Hashable, Sendable, CaseIterable {
    case mobile, tablet, desktop

    /// By words that makers of browsers document: tablets first, since most of them also say what phones say.
    ///
    /// - Parameter userAgent: nil is answered for one that says nothing of these, as that of a program does.
    public init?(userAgent: String) {
        if userAgent.isEmpty { return nil }
        func says(_ words: [String]) -> Bool { words.contains { userAgent.contains($0) } }
        // Android says "Mobile" on phones alone.
        if says(["iPad", "Tablet", "PlayBook", "Kindle", "Silk/"]) || says(["Android"]) && !says(["Mobile"]) {
            self = .tablet
        } else if says(["iPhone", "iPod", "Mobile", "Windows Phone", "BlackBerry", "Opera Mini"]) {
            self = .mobile
        } else if says(["Windows NT", "Macintosh", "X11", "CrOS"]) {
            self = .desktop
        } else {
            return nil
        }
    }
}
