/// Enum values in JSON may be given with or without the prefix, in either case (calls.proto); the generated reader knows one spelling.
///
/// The only enum in the contract is `RouteDecision.Action`, in the member `action`.
enum ActionSpelling {
    private static let prefix = Array("ACTION_".utf8)
    private static let member = Array("\"action\"".utf8)

    /// The same JSON with each value of `action` in the spelling of calls.proto; anything else stays as it is.
    static func normalized(_ json: UnsafeRawBufferPointer) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(json.count + prefix.count)
        var place = 0
        while place < json.count {
            guard let value = valueOfAction(in: json, at: place) else {
                out.append(json[place])
                place += 1
                continue
            }
            out += json[place..<value.lowerBound]
            out += spelling(of: json[value])
            place = value.upperBound
        }
        return out
    }

    /// Where the text between the quotes stands, if the member's name begins at `place`.
    private static func valueOfAction(in json: UnsafeRawBufferPointer, at place: Int) -> Range<Int>? {
        guard json[place] == UInt8(ascii: "\""), json[place...].starts(with: member),
            // `\"action"` is the end of some text, not a name.
            place == 0 || json[place - 1] != UInt8(ascii: "\\")
        else { return nil }
        var next = place + member.count
        func skipSpace() {
            while next < json.count, [0x20, 0x09, 0x0A, 0x0D].contains(json[next]) { next += 1 }
        }
        skipSpace()
        guard next < json.count, json[next] == UInt8(ascii: ":") else { return nil }
        next += 1
        skipSpace()
        guard next < json.count, json[next] == UInt8(ascii: "\"") else { return nil }
        let start = next + 1
        guard let end = json[start...].firstIndex(of: UInt8(ascii: "\"")) else { return nil }
        return start..<end
    }

    private static func spelling(of value: Slice<UnsafeRawBufferPointer>) -> [UInt8] {
        var word = value.map { 0x61...0x7A ~= $0 ? $0 - 0x20 : $0 }
        if word.starts(with: prefix) { word.removeFirst(prefix.count) }
        return word == Array("UNSPECIFIED".utf8) ? prefix + word : word
    }
}
