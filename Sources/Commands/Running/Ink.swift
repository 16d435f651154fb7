import Glibc

/// Colour, where a person looks at a screen and has not asked for none (interfaces.md §2; no-color.org).
enum Ink: Int {
    case plain = 0
    case red = 31
    case green = 32
    case yellow = 33

    private static let isUsed = Terminal.isScreen && getenv("NO_COLOR").map { $0.pointee == 0 } ?? true

    func paint(_ text: String) -> String {
        guard self != .plain, Self.isUsed else { return text }
        return "\u{1B}[\(rawValue)m\(text)\u{1B}[0m"
    }
}
