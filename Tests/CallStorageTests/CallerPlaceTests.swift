import CallAttribution
import CallModel
import CallStorage
import Testing

@Suite("What a caller's number tells, in stored records (records.md §3)")
struct CallerPlaceTests {
    let folder = TestFolder()

    /// Chicago is known here, and nothing else.
    private final class Gazetteer: CallerPlaces {
        func place(of number: PhoneNumber) -> NumberPlace {
            number.e164.hasPrefix("+1312") ? NumberPlace(region: "IL", city: "Chicago", lineType: .landlineOrMobile) : NumberPlace()
        }
    }

    private static let local = QualifyRule(
        name: "local", combination: .all,
        conditions: [RecordCondition(field: .callerRegion, test: .text("IL")), RecordCondition(field: .answered, test: .flag(true))])

    private static func facts() -> TestFacts {
        let first = TestFacts.all[0]
        return TestFacts([CallFacts(account: first.account, directoryVersion: 3, trackingNumber: first.trackingNumber, flow: "main", rules: [local])])
    }

    private static func call(_ id: String, from caller: String, at milliseconds: Int64) -> [CallInput] {
        [
            routed(id, at: milliseconds, from: caller), told(id, .answered, at: milliseconds + 5000) { $0.destinationID = "a" },
            told(id, .ended, at: milliseconds + 60_000),
        ]
    }

    @Test("reading, filters, rules and a caller's past know region, city, line type and time zone, in memory and on disk")
    func known() throws {
        let stores: [any RecordStore] = [MemoryRecordStore(places: Gazetteer()), try SQLiteRecordStore(folder: folder.path, places: Gazetteer())]
        for store in stores {
            let inputs = Self.call("c1", from: "+13125550142", at: 0) + Self.call("c2", from: "+12125550143", at: 1000) + Self.call("c3", from: "anonymous", at: 2000)
            _ = try store.apply(inputs, facts: Self.facts(), now: noon)
            let record = try #require(try store.call("c1")?.record)
            #expect(record.callerPlace == NumberPlace(region: "IL", city: "Chicago", lineType: .landlineOrMobile))
            #expect(record.callerTimeZone == "America/Chicago")
            #expect(record.json.contains(#""caller_region":"IL","caller_city":"Chicago","caller_line_type":"landline_or_mobile","caller_time_zone":"America/Chicago""#))
            #expect(record.qualifiedRule == "local")
            #expect(try store.call("c2")?.record.qualified == false)
            #expect(try #require(try store.call("c3")).record.json.contains(#""caller_region":null,"caller_city":null,"caller_line_type":null,"caller_time_zone":null"#))
            var query = CallQuery(.account("acme"))
            query.conditions = [RecordCondition(field: .callerCity, test: .text("Chicago"))]
            #expect(try store.list(query).calls.map(\.record.callID) == ["c1"])
            // Whether an earlier call counted as a lead is kept beside it, not read anew.
            for (caller, converted) in [("+13125550142", ["a"]), ("+12125550143", [])] {
                let question = CallerQuestion(
                    account: "acme", caller: try #require(PhoneNumber(e164: caller)), callID: "now", startedAt: noon.advanced(bySeconds: 900),
                    trackingNumber: "+12125550100", scope: .account, windowDays: 365)
                #expect(try store.past(question).converted.map(\.destinationID) == converted)
            }
        }
    }

    @Test("a filter by place reads no records in vain: of many calls it finds the oldest in one page, and counts the hidden ones")
    func filtered() throws {
        let (memory, disk) = (MemoryRecordStore(places: Gazetteer()), try SQLiteRecordStore(folder: folder.path, places: Gazetteer(), sizes: ColumnTests.tiny))
        let inputs = (0..<300).map { place -> CallInput in
            let others = place % 2 == 0 ? "+442079460123" : "anonymous"
            return routed("c\(place)", at: Int64(place), from: place % 150 == 0 ? "+13125550142" : others, isTest: place % 50 == 49 || place == 150)
        }
        for start in stride(from: 0, to: inputs.count, by: 50) {
            let ended = (start..<start + 50).map { told("c\($0)", .ended, at: Int64($0) + 60_000) }
            for store in [memory, disk] as [any RecordStore] { _ = try store.apply(Array(inputs[start..<start + 50]) + ended, facts: Self.facts(), now: noon) }
        }
        let tests: [(RecordField, RecordCondition.Test)] = [
            (.callerRegion, .text("IL")), (.callerCity, .unequalText("Chicago")), (.callerLineType, .present(true)), (.callerTimeZone, .present(false)),
            (.callerTimeZone, .text("Europe/London")),
        ]
        for (field, test) in tests {
            var query = CallQuery(.account("acme"))
            query.conditions = [RecordCondition(field: field, test: test)]
            let (page, expected) = (try disk.list(query), try memory.list(query))
            #expect(page.calls.map(\.record.callID) == expected.calls.map(\.record.callID), "\(field)")
            #expect(page.next == expected.next)
            #expect(page.hidden == expected.hidden)
        }
        var query = CallQuery(.account("acme"))
        query.conditions = [RecordCondition(field: .callerRegion, test: .text("IL"))]
        #expect(try disk.list(query).calls.map(\.record.callID) == ["c0"])
        #expect(try disk.list(query).hidden == .init(test: 1))
    }

    @Test("without anything to look them up in, numbers tell their country and zone alone")
    func unknown() throws {
        let store = try SQLiteRecordStore(folder: folder.path)
        _ = try store.apply(Self.call("c1", from: "+13125550142", at: 0), facts: Self.facts(), now: noon)
        let record = try #require(try store.call("c1")?.record)
        #expect(record.callerPlace == nil)
        #expect(record.callerCountry == "US")
        #expect(record.qualified == false)
    }
}
