import CallModel
import Foundation
import Testing

@Suite("The record as JSON")
struct RecordJSONTests {
    private func object(_ json: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    }

    @Test("names and forms are those of records.md; what is unknown is null")
    func names() throws {
        let record = record(answeredBySecond)
        let json = try object(record.json)
        #expect(json["call_id"] as? String == "c1")
        #expect(json["started_at"] as? String == "2026-06-03T14:05:00.000Z")
        #expect(json["ended_at"] as? String == "2026-06-03T14:06:30.000Z")
        #expect(json["talk_seconds"] as? Int == 60)
        #expect(json["answered"] as? Bool == true)
        #expect(json["outcome"] as? String == "answered")
        #expect(json["caller_name"] is NSNull)
        #expect((json["assigned_to"] as? [String: String]) == ["kind": "campaign", "value": "spring"])
        let attempts = try #require(json["attempts"] as? [[String: Any]])
        #expect(attempts.map { $0["result"] as? String } == ["no_answer", "answered"])
        #expect(attempts.first?["number"] as? String == "+12125550111")
        #expect(json["flags"] as? [String] == [])
        #expect(json["source"] as? String == "Billboard I-90")
    }

    @Test("text is escaped and seconds keep their milliseconds")
    func forms() throws {
        var record = record(answeredBySecond)
        record.note = "a \"quote\"\\\n\u{1} ü 電話"
        record.talkSeconds = 10.05
        record.ringSeconds = 6.125
        record.durationSeconds = .nan
        #expect(record.json.contains("\"talk_seconds\":10.05,"))
        #expect(record.json.contains("\"ring_seconds\":6.125,"))
        let json = try object(record.json)
        #expect(json["note"] as? String == record.note)
        #expect(json["duration_seconds"] is NSNull)
    }

    @Test("an event's canonical JSON has sorted keys, no spaces and no empty fields")
    func event() {
        let event = attempt("E1", "a", "busy", at: 1.5, ring: 1)
        #expect(
            event.canonicalJSON
                == #"{"at":"2026-06-03T14:05:01.500Z","attempt":{"destination_id":"a","result":"busy","ring_seconds":1},"call_id":"c1","event_id":"E1","type":"attempt"}"#)
    }
}
