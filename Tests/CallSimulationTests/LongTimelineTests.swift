import CallModel
import CallSimulation
import Testing

@Suite("A long timeline")
struct LongTimelineTests {
    @Test("twenty thousand calls through menus, limits, rotation and stickiness are played in little time, and none is lost", .timeLimit(.minutes(5)))
    func twentyThousand() throws {
        let directory = try Directory(
            yaml: """
                account: acme
                country: US
                time_zone: America/New_York
                destinations:
                  - {id: a, number: "+12125550111", kind: landline, limits: [{max: 3, per: concurrent}]}
                  - {id: b, number: "+12125550122", kind: landline, limits: [{max: 4000, per: day}]}
                  - {id: c, number: "+12125550133", kind: landline}
                flows:
                  - id: main
                    start:
                      keypad:
                        "1": {round_robin: [a, b, c], sticky_days: 30, then: {voicemail: {}}}
                        "2": {weighted: {a: 50, b: 25, c: 25}, then: {voicemail: {}}}
                numbers: [{number: "+12125550100", flow: main}]
                """, version: 1)
        let start = try #require(Timestamp(rfc3339: "2026-06-03T12:00:00Z"))
        let lines = (0..<20_000).map { number in
            let phones = ["111", "122", "133"].map { #""+12125550\#($0)": {"answer_after": \#(number % 9), "talk": \#(20 + number % 70)}"# }
            return #"{"at": "\#(start.advanced(bySeconds: Double(number) * 2).rfc3339)", "call": "c\#(number)", "to": "+12125550100", "from": "+1312555\#(1000 + number % 2000)","#
                + #" "digits": ["\#(1 + number % 2)"], "phones": {\#(phones.joined(separator: ", "))}}"#
        }
        let records = try Simulation(directory: directory).run(timeline: lines.joined(separator: "\n"))
        #expect(records.count == 20_000)
        let answered = records.count { if case .call(let record) = $0 { record.outcome == .answered } else { false } }
        #expect(answered > 15_000)
    }
}
