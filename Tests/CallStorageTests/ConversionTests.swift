import CallModel
import CallStorage
import Testing

@Suite("What was handed to an advertiser is remembered")
struct ConversionMarkTests {
    private let google = ConversionTarget(account: "acme", advertiser: "google", name: "Lead")

    @Test("each call once for each account, advertiser and name, on both stores, and over a restart")
    func marks() throws {
        let folder = TestFolder()
        for store in [MemoryRecordStore(), try SQLiteRecordStore(folder: folder.path)] as [any RecordStore] {
            #expect(try store.exported(["a", "b"], to: google) == [])
            #expect(try store.markExported(["a", "b", "b"], to: google, now: noon) == 2)
            #expect(try store.markExported(["b", "c"], to: google, now: noon) == 1)
            #expect(try store.exported(["a", "c", "d"], to: google) == ["a", "c"])
            for other in [
                ConversionTarget(account: "other", advertiser: "google", name: "Lead"), ConversionTarget(account: "acme", advertiser: "meta", name: "Lead"),
                ConversionTarget(account: "acme", advertiser: "google", name: "Sale"),
            ] {
                #expect(try store.exported(["a"], to: other) == [])
            }
        }
        #expect(try SQLiteRecordStore(folder: folder.path).exported(["a", "b", "c", "d"], to: google) == ["a", "b", "c"])
    }

    @Test("of a caller's qualified calls within the hours one is a conversion; spam is none and hides none")
    func duplicates() throws {
        let folder = TestFolder()
        let yes = PersonsWord(qualified: .yes)
        func qualified(_ id: String, at minutes: Int64, from: String = "+13125550142") -> [CallInput] {
            [
                routed(id, number: 2, at: minutes * 60_000, id: String(repeating: "a", count: 31) + id, from: from),
                .word(callID: id, SaidWord(id: "w-\(id)", at: noon, word: yes)),
            ]
        }
        let inputs = qualified("b", at: 20) + qualified("c", at: 70) + qualified("d", at: 70, from: "anonymous") + qualified("e", at: 75, from: "anonymous")
        let spam = CallInput.word(callID: "a", SaidWord(id: "w2", at: noon, word: PersonsWord(spam: true)))
        for store in [MemoryRecordStore(), try SQLiteRecordStore(folder: folder.path)] as [any RecordStore] {
            func counts() throws -> [Bool?] { try ["a", "b", "c", "d", "e"].map { try store.call($0)?.isConversion } }
            _ = try store.apply(inputs, facts: TestFacts(), now: noon)
            #expect(try counts() == [nil, true, false, true, true])
            // An older one that comes late counts instead; an hour after it the next does.
            _ = try store.apply(qualified("a", at: 5), facts: TestFacts(), now: noon)
            #expect(try counts() == [true, false, true, true, true])
            _ = try store.apply([spam], facts: TestFacts(), now: noon)
            #expect(try counts() == [false, true, false, true, true])
        }
    }
}
