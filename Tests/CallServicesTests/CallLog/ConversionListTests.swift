import CallAttribution
import CallModel
import CallServices
import CallStorage
import MessageWire
import Testing

@Suite("Conversions are listed for an advertiser, each once where that is asked for")
struct ConversionListTests {
    @Test("without a click id there is none, and what the request must say is said")
    func none() throws {
        let calls = try LoggedCalls()
        try calls.call("c1", talk: 30)
        _ = try calls.ask("UpdateCall", ["call_id": "c1", "qualified": true])
        for advertiser in ["google", "microsoft", "meta"] {
            let reply = try calls.ask("ListConversions", ["for": .string(advertiser)])
            #expect(reply["conversions"] == [] && reply["next"] == .null && reply["zone"] == "America/New_York")
        }
        #expect(calls.refusal("ListConversions", [:])?.message == "for is missing; use one of google, microsoft, meta")
        #expect(calls.refusal("ListConversions", ["for": "bing"])?.message == "for is no advertiser; use one of google, microsoft, meta")
        #expect(calls.refusal("ListConversions", ["for": "meta", "show_hidden": true])?.status == .invalidArgument)
        #expect(calls.refusal("MarkConversions", ["for": "meta", "call_ids": []])?.status == .invalidArgument)
    }

    @Test("what was marked is marked once")
    func marks() throws {
        let calls = try LoggedCalls()
        try calls.call("c1", talk: 30)
        #expect(try calls.ask("MarkConversions", ["for": "google", "call_ids": ["c1", "c2"]])["marked"] == 2)
        #expect(try calls.ask("MarkConversions", ["for": "google", "call_ids": ["c1"]])["marked"] == 0)
        #expect(try calls.ask("MarkConversions", ["for": "google", "name": "Sale", "call_ids": ["c1"]])["marked"] == 1)
    }
}
