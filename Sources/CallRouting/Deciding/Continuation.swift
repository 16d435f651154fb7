import CallModel

/// All that the next question about a call needs, so that any worker can answer it without memory (directory.md §4).
struct Continuation: Hashable {
    var account: String
    /// The directory version the call began with.
    var version: UInt64
    /// E.164.
    var trackingNumber: String
    /// E.164, or as received where it is no number.
    var caller: String
    /// The number's own flow.
    var ownFlow: String
    /// The flow in which the node stands; another one after a `go`.
    var flow: String
    /// The node's place in `flow`.
    var place: String
    /// When the call began.
    var startedAt: Timestamp
    /// When it was made, by the worker's clock.
    var issuedAt: Timestamp
    /// Which decision of the call it comes with, from 0.
    var number: Int
    /// How often the menu has been answered with nothing that it knows.
    var tries: Int
    var isTest: Bool
    /// What is left of the node's order: the ids of each tier.
    var rest: [[String]]
}

/// On the wire: `2`, the fields in the order above, each tier as how many it has and their ids, and sixteen hexadecimal digits of a tag.
/// A text is its length, `:` and its bytes; a number is its hexadecimal digits, written as such a text.
extension Continuation {
    private static let format = UInt8(ascii: "2")
    private static let fixedFields = 12
    private static let tagDigits = 16

    func text(callID: String, secret: SecretKey) -> String {
        // The longest length prefix is that of a 64-bit integer, and so is the longest number.
        let widest = 21
        let texts = account.utf8.count + trackingNumber.utf8.count + caller.utf8.count + ownFlow.utf8.count + flow.utf8.count + place.utf8.count
        let ids = rest.reduce(0) { $1.reduce($0 + widest) { $0 + $1.utf8.count + widest } }
        let capacity = 1 + texts + Self.fixedFields * widest + ids + Self.tagDigits
        return String(unsafeUninitializedCapacity: capacity) { buffer in
            var writer = ContinuationWriter(buffer)
            writer.put(Self.format)
            writer.put(account)
            writer.put(number: version)
            writer.put(trackingNumber)
            writer.put(caller)
            writer.put(ownFlow)
            writer.put(flow)
            writer.put(place)
            writer.put(number: UInt64(bitPattern: startedAt.milliseconds))
            writer.put(number: UInt64(bitPattern: issuedAt.milliseconds))
            writer.put(number: UInt64(number))
            writer.put(number: UInt64(tries))
            writer.put(number: isTest ? 1 : 0)
            for tier in rest {
                writer.put(number: UInt64(tier.count))
                for id in tier { writer.put(id) }
            }
            writer.put(hexadecimal: Self.tag(UnsafeBufferPointer(rebasing: buffer[..<writer.count]), callID: callID, secret))
            return writer.count
        }
    }

    /// - Throws: `malformedContinuation` for any text that `text(callID:secret:)` did not make for this call under this secret.
    init(_ text: String, callID: String, secret: SecretKey) throws(RoutingError) {
        var text = text
        let parsed = text.withUTF8 { Self.parsed($0, callID: callID, secret) }
        guard let parsed else {
            let what = text.isEmpty ? "is empty" : "is damaged or belongs to another call"
            throw RoutingError(.malformedContinuation, "continuation \(what); hand back the decision's continuation unchanged, with its call_id")
        }
        self = parsed
    }

    private static func parsed(_ bytes: UnsafeBufferPointer<UInt8>, callID: String, _ secret: SecretKey) -> Continuation? {
        guard bytes.count > tagDigits, bytes[0] == format else { return nil }
        let body = UnsafeBufferPointer(rebasing: bytes[..<(bytes.count - tagDigits)])
        guard isTag(tag(body, callID: callID, secret), UnsafeBufferPointer(rebasing: bytes[body.count...])) else { return nil }
        var reader = ContinuationReader(body)
        guard let account = reader.text(), let version = reader.number(), let trackingNumber = reader.text(), let caller = reader.text(),
            let ownFlow = reader.text(), let flow = reader.text(), let place = reader.text(), let started = reader.number(),
            let issued = reader.number(), let number = reader.count(), let tries = reader.count(), let isTest = reader.count()
        else { return nil }
        var rest: [[String]] = []
        while !reader.isAtEnd {
            guard let count = reader.count() else { return nil }
            var tier: [String] = []
            for _ in 0..<count {
                guard let id = reader.text() else { return nil }
                tier.append(id)
            }
            rest.append(tier)
        }
        return Continuation(
            account: account, version: version, trackingNumber: trackingNumber, caller: caller, ownFlow: ownFlow, flow: flow, place: place,
            startedAt: Timestamp(milliseconds: Int64(bitPattern: started)), issuedAt: Timestamp(milliseconds: Int64(bitPattern: issued)),
            number: number, tries: tries, isTest: isTest != 0, rest: rest)
    }

    /// Nobody without the secret can make one, and none fits another call.
    private static func tag(_ body: UnsafeBufferPointer<UInt8>, callID: String, _ secret: SecretKey) -> UInt64 {
        var hash = SipHash(secret, .tag)
        hash.feed(callID)
        hash.feed(body)
        return hash.finish()
    }

    /// Takes as long for any wrong tag, whichever digit differs first.
    private static func isTag(_ tag: UInt64, _ digits: UnsafeBufferPointer<UInt8>) -> Bool {
        var difference: UInt8 = 0
        var rest = tag
        for place in digits.indices.reversed() {
            difference |= digits[place] ^ hexadecimalDigit(rest & 15)
            rest >>= 4
        }
        return difference == 0
    }
}

private func hexadecimalDigit(_ value: UInt64) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + UInt8(value) : UInt8(ascii: "a") + UInt8(value - 10)
}

private struct ContinuationWriter {
    private let buffer: UnsafeMutableBufferPointer<UInt8>
    private(set) var count = 0

    init(_ buffer: UnsafeMutableBufferPointer<UInt8>) { self.buffer = buffer }

    mutating func put(_ byte: UInt8) {
        buffer[count] = byte
        count += 1
    }

    mutating func put(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            put(digits: UInt64(bytes.count))
            put(UInt8(ascii: ":"))
            // The capacity was reckoned from these very texts.
            _ = UnsafeMutableBufferPointer(rebasing: buffer[count...]).update(fromContentsOf: bytes)
            count += bytes.count
        }
    }

    mutating func put(number: UInt64) {
        let length = max((UInt64.bitWidth - number.leadingZeroBitCount + 3) / 4, 1)
        put(digits: UInt64(length))
        put(UInt8(ascii: ":"))
        for place in stride(from: length - 1, through: 0, by: -1) {
            put(hexadecimalDigit(number >> UInt64(place * 4) & 15))
        }
    }

    mutating func put(hexadecimal value: UInt64) {
        for shift in stride(from: UInt64(60), through: 0, by: -4) { put(hexadecimalDigit(value >> shift & 15)) }
    }

    private mutating func put(digits value: UInt64) {
        if value >= 10 { put(digits: value / 10) }
        put(UInt8(ascii: "0") + UInt8(value % 10))
    }
}

/// Trusts nothing but its own bounds.
private struct ContinuationReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    /// After the format's byte.
    private var place = 1

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    var isAtEnd: Bool { place >= bytes.count }

    mutating func text() -> String? {
        field().map { String(decoding: $0, as: UTF8.self) }
    }

    mutating func number() -> UInt64? {
        guard let digits = field(), (1...16).contains(digits.count) else { return nil }
        var value: UInt64 = 0
        for byte in digits {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt64(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt64(byte - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        return value
    }

    /// Of things in the text itself, or of a call's decisions: never near the end of the integers.
    mutating func count() -> Int? {
        number().flatMap { $0 <= UInt64(Int32.max) ? Int($0) : nil }
    }

    private mutating func field() -> UnsafeBufferPointer<UInt8>? {
        var length = 0
        while place < bytes.count, bytes[place] != UInt8(ascii: ":") {
            let digit = bytes[place] &- UInt8(ascii: "0")
            guard digit <= 9, length <= bytes.count else { return nil }
            length = length * 10 + Int(digit)
            place += 1
        }
        let start = place + 1
        guard start <= bytes.count, length <= bytes.count - start else { return nil }
        place = start + length
        return UnsafeBufferPointer(rebasing: bytes[start..<place])
    }
}
