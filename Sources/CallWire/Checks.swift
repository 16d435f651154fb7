import CallModel
import SwiftProtobuf

/// The contract's limits on what a body may say; each throws a `CallWireError` that names the field.
enum Checks {
    static let longestCallID = 128
    static let mostAttributeBytes = 4096
    /// What google.protobuf.Timestamp allows: the years 1 to 9999.
    static let secondsOfTime: ClosedRange<Int64> = -62_135_596_800...253_402_300_799
    /// Three years: longer than any call or message, short enough that times stay times.
    static let mostSeconds = 100_000_000.0

    static func callID(_ id: String) throws(CallWireError) {
        guard !id.isEmpty else {
            throw CallWireError(.missing, "call_id is missing; give the call's id, 1 to \(longestCallID) characters")
        }
        // No text has more characters than bytes, so nearly every id needs no count.
        guard id.utf8.count <= longestCallID || id.unicodeScalars.count <= longestCallID else {
            throw CallWireError(.tooLong, "call_id has \(id.unicodeScalars.count) characters; at most \(longestCallID) are allowed")
        }
    }

    /// Whether the id is allowed, without a look at its letters; a longer one may be too.
    static func isPlainCallID(_ id: String) -> Bool { 1...longestCallID ~= id.utf8.count }

    static func attributes(_ attributes: [String: String]) throws(CallWireError) {
        guard !attributes.isEmpty else { return }
        var size = 0
        for (name, value) in attributes { size += name.utf8.count + value.utf8.count }
        guard size <= mostAttributeBytes else {
            throw CallWireError(.tooLong, "attributes have \(size) bytes; at most \(mostAttributeBytes) are kept with a record")
        }
    }

    /// - Parameter field: for the message.
    static func seconds(_ value: Double, _ field: String) throws(CallWireError) {
        guard value >= 0, value <= mostSeconds else {
            throw CallWireError(.outOfRange, "\(field) is \(value); use seconds from 0 to \(Int(mostSeconds))")
        }
    }

    /// The words and numbers of an event, which mean something whatever its type.
    static func event(_ event: CallEvent) throws(CallWireError) {
        try seconds(event.durationSeconds, "duration_seconds")
        try attributes(event.attributes)
        if !event.amount.isEmpty { try decimal(event.amount, "amount") }
        if !event.currency.isEmpty { try currency(event.currency) }
        try word(event.endedBy, "ended_by", among: ["caller", "destination", "platform"])
        try word(event.routedBy, "routed_by", among: ["flow", "fallback"])
    }

    /// Empty is not said at all.
    private static func word(_ word: String, _ field: String, among words: [String]) throws(CallWireError) {
        guard word.isEmpty || words.contains(word) else {
            throw CallWireError(.unknownWord, "\(field) \"\(word.prefix(32))\" is unknown; use one of \(words.joined(separator: ", "))")
        }
    }

    /// In either case; a record has capitals.
    private static func currency(_ text: String) throws(CallWireError) {
        guard text.utf8.count == 3, text.utf8.allSatisfy({ (65...90).contains($0 & ~0x20) }) else {
            throw CallWireError(.unknownWord, "currency \"\(text.prefix(32))\" is none; write the three letters of ISO 4217, such as USD")
        }
    }

    /// A decimal: digits with at most one point, behind at most one minus sign.
    static func decimal(_ text: String, _ field: String) throws(CallWireError) {
        var digits = 0
        var points = 0
        for (place, byte) in text.utf8.enumerated() {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
            case UInt8(ascii: "."): points += 1
            case UInt8(ascii: "-") where place == 0: break
            default: points = .max - 1
            }
            if points > 1 { break }
        }
        guard points <= 1, 1...30 ~= digits else {
            throw CallWireError(.outOfRange, "\(field) \"\(text.prefix(40))\" is no decimal; write it as \"1250.00\"")
        }
    }
}

extension Timestamp {
    /// Cut to the millisecond.
    init(_ wire: Google_Protobuf_Timestamp, _ field: String) throws(CallWireError) {
        guard Checks.secondsOfTime ~= wire.seconds, 0..<1_000_000_000 ~= wire.nanos else {
            throw CallWireError(.outOfRange, "\(field) is \(wire.seconds) s and \(wire.nanos) ns; use a time of the years 1 to 9999")
        }
        self.init(milliseconds: wire.seconds * 1000 + Int64(wire.nanos / 1_000_000))
    }

    var wire: Google_Protobuf_Timestamp {
        var second = milliseconds / 1000
        var rest = milliseconds % 1000
        if rest < 0 {
            second -= 1
            rest += 1000
        }
        return Google_Protobuf_Timestamp(seconds: second, nanos: Int32(rest) * 1_000_000)
    }
}
