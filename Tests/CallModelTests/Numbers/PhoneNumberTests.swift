import CallModel
import Testing

@Suite struct PhoneNumberTests {
    @Test("Strict E.164 keeps its digits", arguments: ["+12125550111", "+442079460000", "+12345678".replacing("+1", with: "+9"), "+999999999999999"])
    func strict(text: String) throws {
        let number = try #require(PhoneNumber(e164: text))
        #expect(number.e164 == text)
        #expect(number.digitCount == text.utf8.count - 1)
    }

    @Test("Anything but + and 8 to 15 digits is no strict E.164", arguments: [
        "", "+", "12125550111", "+1234567", "+1234567890123456", "+44 2079460000", "+4420794600x0", "+044207946000", "＋442079460000",
        "+11125550111", "+12121550111", "+1212555011", "+121255501112",
    ])
    func notStrict(text: String) {
        #expect(PhoneNumber(e164: text) == nil)
    }

    @Test("Logs see the last two digits only")
    func description() throws {
        let number = try #require(PhoneNumber(e164: "+12125550105"))
        #expect("\(number)" == "…05")
        #expect(String(reflecting: number) == "…05")
        var dumped = ""
        dump(number, to: &dumped)
        #expect(!dumped.contains("212"))
        #expect("\(Caller.number(number)) \(Caller.unparsable("12125550105x"))" == "…05 unparsable")
    }

    @Test("American spellings of one number are one number", arguments: [
        "(312) 555-0142", "312-555-0142", "312.555.0142", "3125550142", "1-312-555-0142", "13125550142", "+1 (312) 555-0142",
        "1 312 555 0142", "011 1 312 555 0142", "0013125550142", "+1\u{A0}312\u{2011}555\u{2011}0142", "+13125550142",
    ])
    func american(text: String) {
        #expect(PhoneNumber.parse(text, country: Country("US")).number?.e164 == "+13125550142")
    }

    @Test("A number abroad is reached with the international prefix of the country it is written in", arguments: [
        ("US", "011 44 20 7946 0000", "+442079460000"), ("GB", "020 7946 0000", "+442079460000"), ("GB", "00 1 312 555 0142", "+13125550142"),
        ("GB", "+44 (0)20 7946 0000", "+442079460000"), ("GB", "442079460000", "+442079460000"), ("DE", "030 123456", "+4930123456"),
        ("DE", "0049 30 123456", "+4930123456"), ("FR", "01 23 45 67 89", "+33123456789"), ("IT", "06 1234 5678", "+390612345678"),
        ("AU", "0011 44 20 7946 0000", "+442079460000"), ("AU", "(02) 9374 4000", "+61293744000"), ("JP", "03-1234-5678", "+81312345678"),
        ("JP", "010 1 312 555 0142", "+13125550142"), ("RU", "8 (495) 123-45-67", "+74951234567"), ("RU", "800 555 35 35", "+78005553535"),
        ("RU", "8 10 1 312 555 0142", "+13125550142"), ("ES", "912 345 678", "+34912345678"), ("MX", "55 1234 5678", "+525512345678"),
        ("HU", "06 1 234 5678", "+3612345678"), ("SG", "6123 4567", "+6561234567"), ("CA", "416-555-0142", "+14165550142"),
    ])
    func abroad(country: String, text: String, e164: String) throws {
        let country = try #require(Country(country))
        #expect(PhoneNumber.parse(text, country: country) == PhoneNumber(e164: e164).map(Caller.number))
    }

    @Test("What networks and people add to a number does not change it", arguments: [
        ("US", "tel:+1-312-555-0142", "+13125550142"), ("US", "TEL:312-555-0142;phone-context=+1", "+13125550142"),
        ("US", "sip:+13125550142@carrier.example;user=phone", "+13125550142"), ("US", "+13125550142;ext=5", "+13125550142"),
        ("US", "(312) 555-0142 x5", "+13125550142"), ("US", "312.555.0142 ext. 1234", "+13125550142"), ("US", "312-555-0142, extension 7", "+13125550142"),
        ("US", "+1 312 555 0142 #22", "+13125550142"), ("US", "1-800-FLOWERS", "+18003569377"), ("US", "(800) goFedEx", "+18004633339"),
        ("US", "＋１ ３１２ ５５５ ０１４２", "+13125550142"), ("EG", "٠٢ ٢٧٣٤٥٦٧٨", "+20227345678"), ("US", "\u{202A}+1 312 555 0142\u{202C}", "+13125550142"),
        ("GB", "+44 020 7946 0000", "+442079460000"), ("GB", "+4402079460000", "+442079460000"), ("US", "011 44 (0)20 7946 0000", "+442079460000"),
        ("RU", "+7 8 495 123-45-67", "+74951234567"), ("HU", "+36 06 1 234 5678", "+3612345678"), ("IT", "+39 (0)6 1234 5678", "+390612345678"),
        ("AE", "97122345678", "+97122345678"), ("DK", "+45 (0)32 12 34 56", "+4532123456"),
    ])
    func additions(country: String, text: String, e164: String) throws {
        let country = try #require(Country(country))
        #expect(PhoneNumber.parse(text, country: country).number?.e164 == e164)
    }

    @Test("A document's number is a number alone", arguments: ["sip:+13125550142@carrier.example", "+13125550142;ext=5", "312 555 0142 x5", "tel:+13125550142"])
    func document(text: String) {
        #expect(PhoneNumber.parse(document: text, country: Country("US")) == nil)
        #expect(PhoneNumber.parse(text, country: Country("US")).number?.e164 == "+13125550142")
        #expect(PhoneNumber.parse(document: "1-800-FLOWERS", country: Country("US"))?.e164 == "+18003569377")
    }

    @Test("A word behind a number is no part of one whose length is not fixed", arguments: [("DE", "030 123456 Fax"), ("US", "312 555 01 42 Bob"), ("US", "31-ab-5550142")])
    func words(country: String, text: String) throws {
        let country = try #require(Country(country))
        #expect(PhoneNumber.parse(text, country: country) == .unparsable(text))
    }

    @Test("A privacy word in any case is a withheld caller", arguments: [
        "", " ", "anonymous", "Anonymous", "RESTRICTED", "private", "Unavailable", " unavailable ", "+266696687", "+7378742833", "+86282452253",
    ])
    func withheld(text: String) {
        #expect(PhoneNumber.parse(text, country: Country("US")) == .withheld)
    }

    @Test("What is neither number nor privacy word is kept as it came", arguments: [
        "555-0142", "1112223333", "sip:desk@acme.example", "+1", "client:alice", "anonymously", "private line 5", "++13125550142", "x5",
        "0123456789012345678901234567890", "+1 (112) 555-0142", "🦆",
    ])
    func unparsable(text: String) {
        #expect(PhoneNumber.parse(text, country: Country("US")) == .unparsable(text))
    }

    @Test("Without a country only + says where a number is")
    func noCountry() {
        #expect(PhoneNumber.parse("+44 20 7946 0000", country: nil).number?.e164 == "+442079460000")
        #expect(PhoneNumber.parse("020 7946 0000", country: nil).number == nil)
    }

    @Test("Every national spelling that grouping can make of a number is that number")
    func grouping() throws {
        let country = try #require(Country("US"))
        var generator = CountedNumbers()
        for _ in 0..<2000 {
            let area = Int.random(in: 200...999, using: &generator)
            let exchange = Int.random(in: 200...999, using: &generator)
            let line = "\(10_000 + Int.random(in: 0...9999, using: &generator))".dropFirst()
            let digits = "\(area)\(exchange)\(line)"
            var text = ["", "1", "+1", "011 1"].randomElement(using: &generator) ?? ""
            for digit in digits {
                text += ["", "", " ", "-", ".", "/"].randomElement(using: &generator) ?? ""
                text.append(digit)
            }
            #expect(PhoneNumber.parse(text, country: country).number?.e164 == "+1\(digits)", "\(text)")
        }
    }

    /// The same numbers in every run, well mixed (a Weyl sequence, folded).
    private struct CountedNumbers: RandomNumberGenerator {
        private var state: UInt64 = 0

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            let product = state.multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
            return product.high ^ product.low
        }
    }

    @Test("A country is its ISO code in capitals")
    func countries() throws {
        let britain = try #require(Country("GB"))
        #expect(britain.callingCode == 44)
        #expect(Country("gb") == nil)
        #expect(Country("UK") == nil)
        #expect(Country.codes.count > 240)
        #expect(Country.codes.allSatisfy { code in (Country(code)?.callingCode ?? 0) > 0 })
    }

    @Test("Prefixes match the first digits, however long")
    func prefixes() throws {
        let number = try #require(PhoneNumber(e164: "+13125550142"))
        for length in 1...11 {
            let prefix = try #require(PhonePrefix(String(number.e164.prefix(length + 1))))
            #expect(prefix.matches(number))
            #expect(number.prefix(length) == prefix)
        }
        #expect(PhonePrefix("+1313")?.matches(number) == false)
        #expect(PhonePrefix("+131255501420")?.matches(number) == false)
        #expect(PhonePrefix("1312") == nil)
        #expect(PhonePrefix("+") == nil)
        #expect(PhonePrefix("+0") == nil)
        #expect(PhonePrefix("+13x") == nil)
    }

    @Test(
        "tells its country by its leading digits, the longest prefix first",
        arguments: [
            ("+12125550100", "US"), ("+14165550100", "CA"), ("+18095550100", "DO"), ("+442071838750", "GB"), ("+441534123456", "JE"), ("+390669812345", "VA"),
            ("+390612345678", "IT"), ("+77011234567", "KZ"), ("+79161234567", "RU"), ("+33199000000", "FR"), ("+18005550100", nil), ("+88312345678", nil), ("+12423651234", "BS"),
            ("+447911123456", "GG"), ("+447624123456", "IM"), ("+61891641234", "CX"), ("+590590271234", "BL"),
        ] as [(String, String?)])
    func country(number: String, country: String?) throws {
        #expect(try #require(PhoneNumber(e164: number)).country == country)
    }
}
