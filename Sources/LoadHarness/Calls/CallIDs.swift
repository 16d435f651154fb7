/// The call ids of one run, all of one length: "load-5f3a91c2-0000000042".
package struct CallIDs: Hashable, Sendable {
    package enum Reading: Hashable, Sendable {
        case call(Int)
        /// Of another run, or of somebody else.
        case foreign
        /// Of this run, but no number of it.
        case unknown
    }

    private static let digits = 10

    private let prefix: [UInt8]

    /// - Parameter run: tells runs on one pool apart.
    package init(run: UInt32) {
        let hex = String(run, radix: 16)
        prefix = Array("load-\(String(repeating: "0", count: 8 - hex.utf8.count))\(hex)-".utf8)
    }

    package var length: Int { prefix.count + Self.digits }

    package func text(_ number: Int) -> String {
        var bytes = prefix + [UInt8](repeating: 0, count: Self.digits)
        writeNumber(number, into: &bytes, at: 0)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Over an id of this run that begins at `place`.
    func writeNumber(_ number: Int, into bytes: inout [UInt8], at place: Int) {
        var rest = number
        for digit in stride(from: place + length - 1, through: place + prefix.count, by: -1) {
            bytes[digit] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }

    package func number(of id: Substring.UTF8View) -> Reading {
        guard id.starts(with: prefix) else { return .foreign }
        let digits = id.dropFirst(prefix.count)
        guard digits.count == Self.digits, digits.allSatisfy({ 48...57 ~= $0 }) else { return .unknown }
        return .call(digits.reduce(0) { $0 * 10 + Int($1 - 48) })
    }
}
