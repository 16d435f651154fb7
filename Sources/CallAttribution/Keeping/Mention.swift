package import CallModel

/// Whether a text speaks of a person by his number, in any spelling.
package struct Mention: Sendable {
    /// The digits that every spelling of the number has.
    private let digits: [UInt8]

    /// National numbers have ten digits at most in most plans; a calling code has one at least.
    private static let significant = 10
    /// A local number in most plans; dates and causes are shorter.
    private static let shortest = 7
    /// As in "(312) 555-0142".
    private static let separatorsInARow = 2

    package init(_ number: PhoneNumber) {
        let all = Array(number.e164.utf8.dropFirst())
        digits = Array(all.suffix(min(Self.significant, all.count - 1)))
    }

    package func isIn(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { isIn($0) }
    }

    /// Whether the number stands among bytes of any kind.
    package func isIn(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        Self.hasRun(in: bytes) { $0.count >= digits.count && $0.suffix(digits.count).elementsEqual(digits) }
    }

    /// Whether the text holds what may be a phone number, whoever's.
    static func isOfSomeNumber(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { hasRun(in: $0) { $0.count >= shortest } }
    }

    /// Whether digits in a row, with few separators between two of them, are what `isMeant` looks for. It sees the run grow.
    private static func hasRun(in bytes: UnsafeBufferPointer<UInt8>, _ isMeant: ([UInt8]) -> Bool) -> Bool {
        var run: [UInt8] = []
        var separators = 0
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                separators = 0
                run.append(byte)
                if run.count > 2 * significant { run.removeFirst() }
                if isMeant(run) { return true }
            case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "("), UInt8(ascii: ")"):
                separators += 1
                if separators > separatorsInARow { run = [] }
            default:
                run = []
            }
        }
        return false
    }
}
