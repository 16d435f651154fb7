import CallModel
import Testing

@Suite struct NumberTableTests {
    private static let count = 1000

    /// Names of every length from nothing on, ten campaigns, and every third number without a source.
    private static func table() throws -> NumberTable {
        let numbers = (0..<count).map { place in
            let source = place.isMultiple(of: 3) ? "null" : "{source: web, campaign: c\(place % 10)}"
            let flow = place.isMultiple(of: 2) ? "main" : "null"
            return "{number: \"\(number(place))\", name: \"\(name(place))\", flow: \(flow), source: \(source), assigned_to: {kind: page, value: p\(place % 7)}}"
        }
        return try Directory(yaml: document(numbers: "[\(numbers.joined(separator: ",\n"))]"), version: 1).numbers
    }

    private static func number(_ place: Int) -> String { "+1312555\(1000 + place * 7)" }

    private static func name(_ place: Int) -> String { String(repeating: "ä", count: place % 40) }

    @Test("A thousand numbers keep their order and everything that was said of them")
    func order() throws {
        let table = try Self.table()
        #expect(table.count == Self.count)
        for (place, number) in table.enumerated() {
            #expect(number.number.e164 == Self.number(place))
            #expect(number.name == Self.name(place))
            #expect(number.flow == (place.isMultiple(of: 2) ? 0 : nil))
            #expect(number.fallback == nil)
            #expect(number.source?.campaign == (place.isMultiple(of: 3) ? nil : "c\(place % 10)"))
            #expect(number.source?.medium == nil)
            #expect(number.assignment?.value == "p\(place % 7)")
        }
        #expect(table.phoneNumbers.map(\.e164) == (0..<Self.count).map(Self.number))
    }

    @Test("Each is found by its number, and no other is")
    func lookup() throws {
        let table = try Self.table()
        for place in 0..<Self.count {
            let number = try #require(PhoneNumber(e164: Self.number(place)))
            #expect(table[number]?.name == Self.name(place))
            let next = try #require(PhoneNumber(e164: "+1312555\(1001 + place * 7)"))
            #expect(table[next] == nil)
        }
    }
}
