/// The parts of a page's address that say where its visitor came from (RFC 3986, as far as browsers send it).
struct WebAddress {
    /// Lower case, without port and user; empty where there is none.
    let host: String
    /// Of the query, decoded, in its order.
    let parameters: [(name: String, value: String)]

    init(_ text: String) {
        let (address, pairs) = Self.split(text)
        host = Self.host(Array(address))
        parameters = pairs.map { (Self.decoded($0.name), Self.decoded($0.value)) }
    }

    /// Of the query as they are written, in its order.
    static func pairs(of text: String) -> [(name: String, value: String)] {
        split(text).pairs.map { (String(decoding: $0.name, as: UTF8.self), String(decoding: $0.value, as: UTF8.self)) }
    }

    private typealias Bytes = Substring.UTF8View

    private static func split(_ text: String) -> (address: Bytes, pairs: [(name: Bytes, value: Bytes)]) {
        let withoutFragment = text.utf8.split(separator: UInt8(ascii: "#"), maxSplits: 1, omittingEmptySubsequences: false)[0]
        let parts = withoutFragment.split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return (parts[0], []) }
        var pairs: [(name: Bytes, value: Bytes)] = []
        for pair in parts[1].split(separator: UInt8(ascii: "&")) {
            let sides: [Bytes] = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            pairs.append((name: sides[0], value: sides.count == 2 ? sides[1] : pair.prefix(0)))
        }
        return (parts[0], pairs)
    }

    /// The first that is not empty; nil where there is none.
    subscript(name: String) -> String? { parameters.first { $0.name == name && !$0.value.isEmpty }?.value }

    private static func host(_ address: [UInt8]) -> String {
        let slash = UInt8(ascii: "/")
        let start = address.indices.dropLast().first { address[$0] == slash && address[$0 + 1] == slash }
        guard let start else { return "" }
        let authority = address[(start + 2)...].prefix { $0 != slash }
        let afterUser = authority.lastIndex(of: UInt8(ascii: "@")).map { authority[($0 + 1)...] } ?? authority
        // An address of IPv6 stands in brackets, and has colons of its own.
        if afterUser.first == UInt8(ascii: "["), let end = afterUser.firstIndex(of: UInt8(ascii: "]")) { return String(decoding: afterUser[...end], as: UTF8.self).lowercased() }
        return String(decoding: afterUser.prefix { $0 != UInt8(ascii: ":") }, as: UTF8.self).lowercased()
    }

    private static func decoded(_ text: some Sequence<UInt8>) -> String {
        let bytes = Array(text)
        var decoded: [UInt8] = []
        var place = 0
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "+"): decoded.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                if place + 2 < bytes.count, let byte = UInt8(String(decoding: bytes[(place + 1)...(place + 2)], as: UTF8.self), radix: 16) {
                    decoded.append(byte)
                    place += 2
                } else {
                    decoded.append(bytes[place])
                }
            case let byte: decoded.append(byte)
            }
            place += 1
        }
        return String(decoding: decoded, as: UTF8.self)
    }
}
