/// Writes SVG text: elements in the order they are drawn, attributes escaped, numbers finite and short.
struct SVG {
    private(set) var text = ""

    /// An element with nothing in it.
    mutating func add(_ name: String, _ attributes: KeyValuePairs<String, String>) {
        text += "<\(name)\(Self.written(attributes))/>\n"
    }

    /// An element that holds what `body` adds.
    mutating func group(_ name: String, _ attributes: KeyValuePairs<String, String>, _ body: (inout SVG) -> Void) {
        text += "<\(name)\(Self.written(attributes))>\n"
        body(&self)
        text += "</\(name)>\n"
    }

    /// An element that holds text.
    mutating func words(_ name: String, _ attributes: KeyValuePairs<String, String>, _ words: String) {
        text += "<\(name)\(Self.written(attributes))>\(Self.escaped(words))</\(name)>\n"
    }

    /// As it is: nothing that came from anywhere else.
    mutating func raw(_ markup: String) { text += markup + "\n" }

    private static func written(_ attributes: KeyValuePairs<String, String>) -> String {
        attributes.map { " \($0.key)=\"\(escaped($0.value))\"" }.joined()
    }

    /// At most two decimals; what is no number is 0.
    static func number(_ value: Double) -> String {
        guard value.isFinite, value.magnitude < 1e9 else { return "0" }
        let hundredths = Int((value * 100).rounded())
        let (whole, rest) = (hundredths.magnitude / 100, hundredths.magnitude % 100)
        let fraction = rest == 0 ? "" : rest % 10 == 0 ? ".\(rest / 10)" : rest < 10 ? ".0\(rest)" : ".\(rest)"
        return (hundredths < 0 ? "-" : "") + String(whole) + fraction
    }

    /// Without what XML gives a meaning, and without characters that it does not allow at all.
    static func escaped(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out.append(contentsOf: "&amp;".unicodeScalars)
            case "<": out.append(contentsOf: "&lt;".unicodeScalars)
            case ">": out.append(contentsOf: "&gt;".unicodeScalars)
            case "\"": out.append(contentsOf: "&quot;".unicodeScalars)
            case "\t", "\n", "\r": out.append(" ")
            default:
                let isAllowed = scalar.value >= 0x20 && !(0x7F...0x9F ~= scalar.value) && !(0xFFFE...0xFFFF ~= scalar.value)
                out.append(isAllowed ? scalar : "\u{FFFD}")
            }
        }
        return String(out)
    }
}
