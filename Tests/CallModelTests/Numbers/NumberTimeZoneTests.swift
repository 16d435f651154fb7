import CallModel
import Testing

@Suite("The time zone of a number (records.md §3)")
struct NumberTimeZoneTests {
    @Test("is that of its leading digits, and none where they belong to several", arguments: [
        ("+13125550142", "America/Chicago"), ("+12125550100", "America/New_York"), ("+18123850100", "America/Chicago"), ("+18125550100", "America/New_York"),
        ("+16025550100", "America/Phoenix"), ("+18085550100", "Pacific/Honolulu"), ("+442079460000", "Europe/London"), ("+447700900123", "Europe/London"),
        ("+441481123456", "Europe/Guernsey"), ("+35312345678", "Europe/Dublin"), ("+447912345678", "Europe/London"), ("+493012345678", "Europe/Berlin"), ("+919876543210", "Asia/Kolkata"), ("+541123456789", "America/Argentina/Buenos_Aires"),
        ("+61299999999", "Australia/Sydney"), ("+18005551212", nil), ("+61412345678", nil), ("+80012345678", nil), ("+99912345678", nil),
    ] as [(String, String?)])
    func zone(text: String, zone: String?) throws {
        #expect(try #require(PhoneNumber(e164: text)).timeZone == zone)
    }
}
