import CallModel
import NumberPlaces
import Testing

@Suite("What a number itself tells (records.md §3)")
struct PlaceBookTests {
    private let book = PlaceBook()

    @Test("well-known numbers", arguments: [
        ("+13125550142", "Chicago", "IL", "landline_or_mobile"), ("+12125550111", "New York", "NY", "landline_or_mobile"),
        ("+14165550100", nil, "ON", "landline_or_mobile"), ("+14162345678", "Etobicoke", "ON", "landline_or_mobile"), ("+12025550143", "Washington", "DC", "landline_or_mobile"),
        ("+19075550100", nil, "AK", "landline_or_mobile"), ("+12232345678", nil, "PA", "landline_or_mobile"),
        ("+18005551212", nil, nil, "toll_free"), ("+19005551234", nil, nil, "premium"), ("+15005550006", nil, nil, "personal"),
        ("+18765550100", nil, nil, "mobile"), ("+442079460000", "London", nil, "landline"), ("+447912345678", nil, nil, "mobile"),
        ("+448081570192", nil, nil, "toll_free"), ("+445600123456", nil, nil, "voip"), ("+493012345678", "Berlin", nil, "landline"),
        ("+4915123456789", nil, nil, "mobile"), ("+33140205050", "Paris", nil, "landline"), ("+390612345678", "Rome", nil, "landline"),
        ("+551133334444", "São Paulo", "SP", "landline"), ("+81312345678", nil, "Tokyo", "landline"), ("+819012345678", nil, nil, "mobile"),
        ("+8653112345678", "Jinan", "Shandong", "landline"), ("+420353123456", nil, "Karlovy Vary Region", "landline"),
        ("+80012345678", nil, nil, "toll_free"), ("+99912345678", nil, nil, nil), ("+4412345", nil, nil, nil),
    ] as [(String, String?, String?, String?)])
    func wellKnown(text: String, city: String?, region: String?, lineType: String?) throws {
        // What is no number is nobody's.
        guard let number = PhoneNumber(e164: text) else { return #expect(lineType == nil) }
        let place = book.place(of: number)
        #expect(place.city == city, "\(text)")
        #expect(place.region == region, "\(text)")
        #expect(place.lineType?.rawValue == lineType, "\(text)")
    }

    @Test("how people at home write it", arguments: [
        ("+442071838750", "020 7183 8750"), ("+4930901820", "030 901820"), ("+33142685300", "01 42 68 53 00"), ("+61291234567", "(02) 9123 4567"),
        ("+390612345678", "06 1234 5678"), ("+12125550180", "(212) 555-0180"), ("+99912345678", "+99912345678"),
    ])
    func national(text: String, written: String) throws {
        guard let number = PhoneNumber(e164: text) else { return }
        #expect(PlaceLookup(book).national(number).replacing("\u{A0}", with: " ") == written)
    }

    @Test("what is kept of one number is what the library says of its neighbours", arguments: 0..<40)
    func neighbours(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<50 {
            let count = Int.random(in: 8...13, using: &random)
            let codes: [UInt64] = [1, 1, 1, 44, 49, 39, 7, 61, 55, 52, 86, 33, 34, 353, 995, 57, UInt64.random(in: 1...999, using: &random)]
            var digits = codes.randomElement(using: &random) ?? 1
            while String(digits).count < count { digits = digits * 10 + UInt64.random(in: 0...9, using: &random) }
            guard let number = PhoneNumber(e164: "+\(digits)") else { continue }
            _ = book.place(of: number)
            for place in 1...4 {
                let power = (0..<place).reduce(UInt64(1)) { power, _ in power * 10 }
                let other = digits / power * power + UInt64.random(in: 0..<power, using: &random)
                guard let neighbour = PhoneNumber(e164: "+\(other)") else { continue }
                // A book that was never asked knows nothing by heart.
                #expect(book.place(of: neighbour) == PlaceBook().place(of: neighbour), "+\(other)")
            }
        }
    }

    @Test("many threads may ask at once")
    func threads() async throws {
        let number = try #require(PhoneNumber(e164: "+13125550142"))
        await withTaskGroup(of: [NumberPlace].self) { group in
            for first in 0..<8 {
                group.addTask { [book] in
                    (0..<500).compactMap { PhoneNumber(e164: "+1312\(200 + first * 97 % 700 + $0 % 3)0142") }.map(book.place)
                }
            }
            for await places in group { #expect(places.allSatisfy { $0.region == "IL" }) }
        }
        #expect(book.place(of: number).city == "Chicago")
    }
}

/// Reproducible randomness (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
