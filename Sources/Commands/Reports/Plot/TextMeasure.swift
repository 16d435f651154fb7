/// How wide text is about to be: no fonts are at hand where a plot is drawn, so this leans to the wide side of the common sans-serifs.
enum TextMeasure {
    static func width(_ text: String, size: Double) -> Double {
        text.unicodeScalars.reduce(0) { $0 + share($1) } * size
    }

    private static func share(_ scalar: Unicode.Scalar) -> Double {
        switch scalar {
        case "i", "l", "j", "I", "|", "!", "'", ".", ",", ":", ";": 0.31
        case "f", "t", "r", "(", ")", "[", "]", "/", "-", " ": 0.38
        case "m", "M", "w", "W", "@", "%": 0.95
        case "A"..."Z", "&": 0.72
        case "0"..."9": 0.62
        default: scalar.value >= 0x2E80 ? 1.05 : 0.62
        }
    }

    /// The text, or as much of it as fits with an ellipsis behind.
    static func fitted(_ text: String, size: Double, within width: Double) -> String {
        guard self.width(text, size: size) > width else { return text }
        var kept = text
        while !kept.isEmpty, self.width(kept + "…", size: size) > width { kept.removeLast() }
        while kept.last == " " { kept.removeLast() }
        return kept + "…"
    }
}
