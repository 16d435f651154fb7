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
    /// What `{source}` stands for in a whisper.
    var source: String
    /// The number's own flow.
    var ownFlow: String
    /// The flow in which the node stands; another one after a `go`.
    var flow: String
    /// The node's place in `flow`.
    var place: String
    /// When the last decision began to ring.
    var dialBegan: Timestamp
    /// The destinations this node has dialled or skipped, in that order.
    var passed: [String]
}

/// On the wire: `1`, the fields in the order above, the ids last, and eight hexadecimal digits of a sum.
/// A text is its length, `:` and its bytes; a number is its hexadecimal digits, written as such a text.
extension Continuation {
    private static let format = UInt8(ascii: "1")
    private static let fixedFields = 9
    private static let sumDigits = 8

    func text(callID: String) -> String {
        // The longest length prefix is that of a 64-bit integer, and so is the longest number.
        let widest = 21
        let texts = account.utf8.count + trackingNumber.utf8.count + caller.utf8.count + source.utf8.count + ownFlow.utf8.count
            + flow.utf8.count + place.utf8.count + passed.reduce(0) { $0 + $1.utf8.count }
        let capacity = 1 + texts + (Self.fixedFields + passed.count + 2) * widest + Self.sumDigits
        return String(unsafeUninitializedCapacity: capacity) { buffer in
            var writer = ContinuationWriter(buffer)
            writer.put(Self.format)
            writer.put(account)
            writer.put(number: version)
            writer.put(trackingNumber)
            writer.put(caller)
            writer.put(source)
            writer.put(ownFlow)
            writer.put(flow)
            writer.put(place)
            writer.put(number: UInt64(bitPattern: dialBegan.milliseconds))
            for id in passed { writer.put(id) }
            writer.put(hexadecimal: ContinuationSum.of(UnsafeBufferPointer(rebasing: buffer[..<writer.count]), callID: callID))
            return writer.count
        }
    }

    /// - Throws: `malformedContinuation` for any text that `text(callID:)` did not make for this call.
    init(_ text: String, callID: String) throws(RoutingError) {
        var text = text
        let parsed = text.withUTF8 { Self.parsed($0, callID: callID) }
        guard let parsed else {
            let what = text.isEmpty ? "is empty" : "is damaged or belongs to another call"
            throw RoutingError(.malformedContinuation, "continuation \(what); hand back the decision's continuation unchanged, with its call_id")
        }
        self = parsed
    }

    private static func parsed(_ bytes: UnsafeBufferPointer<UInt8>, callID: String) -> Continuation? {
        guard bytes.count > sumDigits, bytes[0] == format else { return nil }
        let body = UnsafeBufferPointer(rebasing: bytes[..<(bytes.count - sumDigits)])
        guard isSum(ContinuationSum.of(body, callID: callID), UnsafeBufferPointer(rebasing: bytes[body.count...])) else { return nil }
        var reader = ContinuationReader(body)
        guard let account = reader.text(), let version = reader.number(), let trackingNumber = reader.text(), let caller = reader.text(),
            let source = reader.text(), let ownFlow = reader.text(), let flow = reader.text(), let place = reader.text(), let began = reader.number()
        else { return nil }
        var passed: [String] = []
        while !reader.isAtEnd {
            guard let id = reader.text() else { return nil }
            passed.append(id)
        }
        return Continuation(
            account: account, version: version, trackingNumber: trackingNumber, caller: caller, source: source, ownFlow: ownFlow, flow: flow,
            place: place, dialBegan: Timestamp(milliseconds: Int64(bitPattern: began)), passed: passed)
    }

    private static func isSum(_ sum: UInt32, _ digits: UnsafeBufferPointer<UInt8>) -> Bool {
        var rest = sum
        for place in digits.indices.reversed() {
            guard digits[place] == hexadecimalDigit(rest & 15) else { return false }
            rest >>= 4
        }
        return true
    }
}

private func hexadecimalDigit(_ value: UInt32) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + UInt8(value) : UInt8(ascii: "a") + UInt8(value - 10)
}

/// Tells a continuation that was cut short, altered, or handed back for another call. Against accidents only: it is no signature.
private enum ContinuationSum {
    static func of(_ body: UnsafeBufferPointer<UInt8>, callID: String) -> UInt32 {
        var callID = callID
        let seed = callID.withUTF8 { mix($0, into: 0x9e37_79b9_7f4a_7c15) }
        let sum = mix(body, into: seed)
        return UInt32(truncatingIfNeeded: sum ^ sum >> 32)
    }

    /// Eight bytes at a time; the multiplier is 2⁶⁴ divided by the golden ratio, odd.
    private static func mix(_ bytes: UnsafeBufferPointer<UInt8>, into start: UInt64) -> UInt64 {
        var sum = start ^ UInt64(bytes.count)
        var place = 0
        while place < bytes.count {
            var word: UInt64 = 0
            if place + 8 <= bytes.count {
                word = UnsafeRawPointer(bytes.baseAddress.unsafelyUnwrapped + place).loadUnaligned(as: UInt64.self).littleEndian
            } else {
                for offset in place..<bytes.count { word = word << 8 | UInt64(bytes[offset]) }
            }
            sum = (sum ^ word) &* 0x9e37_79b9_7f4a_7c15
            sum ^= sum >> 29
            place += 8
        }
        return sum
    }
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
            put(hexadecimalDigit(UInt32(truncatingIfNeeded: number >> UInt64(place * 4)) & 15))
        }
    }

    mutating func put(hexadecimal value: UInt32) {
        for shift in stride(from: UInt32(28), through: 0, by: -4) { put(hexadecimalDigit(value >> shift & 15)) }
    }

    private mutating func put(digits value: UInt64) {
        if value >= 10 { put(digits: value / 10) }
        put(UInt8(ascii: "0") + UInt8(value % 10))
    }
}

/// Trusts nothing but its own bounds: the sum keeps accidents out, not a forger.
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
