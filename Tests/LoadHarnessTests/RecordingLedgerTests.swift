import LoadHarness
import Testing

@Suite("Whether every answered call was recorded once")
struct RecordingLedgerTests {
    let ids = CallIDs(run: 0x5F3A)

    func verdict(sent: Int, answered: [Int], recorded: [String]) -> RecordingVerdict {
        var ledger = RecordingLedger(ids: ids)
        ledger.sent(upTo: sent)
        for number in answered { ledger.answer(number) }
        for id in recorded { ledger.found(id[...].utf8) }
        return ledger.verdict
    }

    @Test("holds where each answered call has one record")
    func holds() {
        let verdict = verdict(sent: 3, answered: [0, 1, 2], recorded: (0..<3).map(ids.text))
        #expect(verdict == RecordingVerdict(answered: 3, recorded: 3))
        #expect(verdict.holds)
    }

    @Test("an answered call without a record is lost")
    func lost() {
        let verdict = verdict(sent: 3, answered: [0, 1, 2], recorded: [ids.text(0), ids.text(2)])
        #expect(verdict.lost == 1 && !verdict.holds)
    }

    @Test("a second record of a call does not hold, answered or not")
    func repeated() {
        let verdict = verdict(sent: 2, answered: [0], recorded: [ids.text(0), ids.text(0), ids.text(1), ids.text(1)])
        #expect(verdict.repeated == 2 && verdict.recorded == 2 && !verdict.holds)
    }

    @Test("a call that was recorded but got no answer is allowed: answers can get lost")
    func unanswered() {
        let verdict = verdict(sent: 2, answered: [0], recorded: [ids.text(0), ids.text(1)])
        #expect(verdict == RecordingVerdict(answered: 1, recorded: 2, unanswered: 1))
        #expect(verdict.holds)
    }

    @Test("a record of this run that nobody asked for is a stranger, one of another run is nobody's business")
    func strangers() {
        let verdict = verdict(
            sent: 1, answered: [0], recorded: [ids.text(0), ids.text(1), ids.text(0) + "9", CallIDs(run: 1).text(0), "c1", ""])
        #expect(verdict.strangers == 2 && verdict.recorded == 1 && !verdict.holds)
    }

    @Test("ids are all of one length and read back", arguments: [0, 7, 1_234_567_890])
    func identity(number: Int) {
        #expect(ids.text(number).utf8.count == ids.length)
        #expect(ids.number(of: ids.text(number)[...].utf8) == .call(number))
    }
}

@Suite("A page of the call log, scanned")
struct CallPageScanTests {
    @Test("gives every call id and the cursor")
    func page() {
        let scan = CallPageScan(
            #"{"calls":[{"account":"load","call_id":"load-1","note":"say \"call_id\":\"x\""},{"call_id":"load-2"}],"next":"17.3","hidden":{"spam":0,"test":0}}"#)
        #expect(scan.callIDs.map { String(Substring($0)) } == ["load-1", "load-2"])
        #expect(scan.next == "17.3")
    }

    @Test("says of each call whether it has ended")
    func ends() {
        let scan = CallPageScan(
            #"{"calls":[{"call_id":"a","ended_at":"2026-11-24T16:33:10.000Z"},{"call_id":"b","ended_at":null},{"call_id":"c","ended_at":"2026"}],"next":null}"#)
        #expect((0..<3).map(scan.isEnded) == [true, false, true])
    }

    @Test("of the last page there is no cursor, and of an empty one nothing")
    func lastPage() {
        let last = CallPageScan(#"{"calls":[{"call_id":"a"}],"next":null,"hidden":{"spam":0,"test":0}}"#)
        #expect(last.callIDs.count == 1 && last.next == nil)
        let empty = CallPageScan(#"{"calls":[],"next":null,"hidden":{"spam":0,"test":0}}"#)
        #expect(empty.callIDs.isEmpty && empty.next == nil)
        #expect(CallPageScan("").callIDs.isEmpty)
    }
}
