import CallAttribution
import CallModel
import Testing

@Suite("A call that is known by its events alone")
struct EventOnlyTests {
    @Test("the events of a sequential ring make a whole record")
    func whole() {
        let record = record(answeredBySecond)
        #expect(record.outcome == .answered)
        #expect(record.endReason == "normal")
        #expect(record.destinationID == "b")
        #expect(record.destinationNumber == "+12125550122")
        #expect(record.attempts.map(\.destinationID) == ["a", "b"])
        #expect(record.attempts.map(\.result) == [.noAnswer, .answered])
        #expect(record.startedAt == fiveToTwo)
        #expect(record.answeredAt == after(30))
        #expect(record.endedAt == after(90))
        #expect(record.durationSeconds == 90)
        #expect(record.talkSeconds == 60)
        #expect(record.ringSeconds == 30)
        #expect(record.trackingNumber == "+12125550100")
        #expect(record.callerNumber == "+13125550142")
        #expect(record.account == "acme")
        #expect(record.trackingName == "Spring billboard")
        #expect(record.assignedTo == Assignment(kind: "campaign", value: "spring"))
        #expect(record.source?.source == "Billboard I-90")
        #expect(record.attribution == .certain)
        #expect(record.flags == [])
        #expect(record.revision == 5)
    }

    @Test("everything twice changes nothing")
    func twice() {
        #expect(record(answeredBySecond + answeredBySecond.reversed()) == record(answeredBySecond))
    }

    @Test("without id and sequence the whole content tells events apart")
    func wholeContent() {
        func plain(_ event: CallEvent) -> CallEvent {
            var event = event
            event.eventID = ""
            return event
        }
        let b = plain(attempt("", "b", "no_answer", at: 50, ring: 25))
        let record = record([plain(arrived()), plain(attempt("", "a", "no_answer", at: 25, ring: 25)), b, plain(ended(by: "platform", at: 50)), b])
        #expect(record.attempts.count == 2)
        #expect(record.outcome == .missed)
        #expect(record.endReason == "no_answer")
        #expect(record.durationSeconds == 50)
    }

    @Test("the sequence tells events of one type apart")
    func sequence() {
        func numbered(_ event: CallEvent, _ sequence: UInt64) -> CallEvent {
            var event = event
            event.eventID = ""
            event.sequence = sequence
            return event
        }
        let record = record([
            numbered(arrived(), 1), numbered(attempt("", "a", "busy", at: 25, ring: 1), 2), numbered(attempt("", "b", "busy", at: 26, ring: 1), 3),
            numbered(attempt("", "b", "busy", at: 26, ring: 1), 3), numbered(ended(by: "platform", at: 27), 4),
        ])
        #expect(record.attempts.count == 2)
        #expect(record.outcome == .missed)
        #expect(record.endReason == "busy")
    }

    @Test("an event that comes after one of a later stage is flagged; the rest of the record is the same")
    func outOfOrder() {
        var late = record(answeredBySecond.reversed())
        #expect(late.flags == [.outOfOrder])
        late.flags = []
        #expect(late == record(answeredBySecond))
    }

    @Test("an attempt or an answer told for a time after the end changes nothing")
    func afterTheEnd() {
        var record = record(answeredBySecond + [attempt("E8", "c", "answered", at: 180, ring: 3), answered("E7", "c", at: 181)])
        #expect(record.flags == [])
        record.revision = 5
        #expect(record == CallAttributionTests.record(answeredBySecond))
    }

    @Test("an answer is not taken back by what is told of its attempt afterwards: it rang until then")
    func answerStays() {
        let late = attempt("E2", "a", "no_answer", at: 25, ring: 25, cause: "404")
        let events = [arrived(), answered("E1", "a", at: 10), late, ended(by: "caller", at: 60)]
        for told in [events, events.reversed()] {
            let record = record(told)
            #expect(record.outcome == .answered && record.destinationID == "a" && record.talkSeconds == 50)
            #expect(record.attempts.map(\.result) == [.answered] && record.attempts.first?.ringSeconds == 10)
            #expect(record.ringSeconds == 10 && !record.flags.contains(.configError))
        }
    }

    @Test("a front with its own routing says with the call where it went: it need not say who answered")
    func ownRouting() {
        var pickedUp = answered("E1", "", at: 10)
        let answeredThere = record([arrived(destination: "c"), pickedUp, ended(by: "caller", at: 60)])
        #expect(answeredThere.destinationID == "c" && answeredThere.destinationNumber == "+12125550133" && answeredThere.attempts.map(\.destinationID) == ["c"])
        #expect(record([arrived(destination: "c"), ended(by: "platform", at: 30)]).outcome == .missed)
        // Who answered comes before where it went.
        pickedUp.destinationID = "b"
        #expect(record([arrived(destination: "c"), pickedUp, ended(by: "caller", at: 60)]).destinationID == "b")
    }

    @Test("a word in no table is shown as the cause")
    func unknownWord() {
        let attempts = record([arrived(), attempt("E1", "a", "flummoxed", at: 5), attempt("E2", "b", "flummoxed", at: 9, cause: "x")]).attempts
        #expect(attempts.map(\.result) == [.failed, .failed] && attempts.map(\.cause) == ["flummoxed", "x"])
    }

    @Test("a currency is told in either case")
    func currency() {
        let value = CallEvent(callID: "c1", kind: .value, at: after(70), amount: "12.50", currency: "eur")
        #expect(record([arrived(), value]).currency == "EUR")
    }

    @Test("of several ends the earliest wins, also when it comes later")
    func earliestEnd() {
        let record = record(answeredBySecond.dropLast() + [ended("E5", by: "destination", at: 300), ended("E4", by: "caller", at: 90)])
        #expect(record.endedAt == after(90))
        #expect(record.endedBy == "caller")
        #expect(record.talkSeconds == 60)
    }

    @Test("an empty value wipes nothing, and of two values the one with the later time stays")
    func additions() {
        func addition(_ kind: CallEvent.Kind, _ id: String, at: Double, tags: [String] = [], note: String = "", url: String = "", spam: Bool = false) -> CallEvent {
            CallEvent(callID: "c1", kind: kind, at: after(at), eventID: id, url: url, tags: tags, note: note, spam: spam)
        }
        let record = record(answeredBySecond + [
            addition(.note, "N2", at: 310, note: "second"), addition(.note, "N1", at: 300, note: "first"), addition(.note, "N3", at: 320),
            addition(.tagged, "T1", at: 300, tags: ["roof"]), addition(.tagged, "T2", at: 310),
            addition(.recording, "R1", at: 300, url: "https://rec.example/1"), addition(.recording, "R2", at: 310),
            addition(.spam, "S1", at: 300, spam: true), addition(.spam, "S2", at: 310),
        ])
        #expect(record.note == "second")
        #expect(record.tags == ["roof"])
        #expect(record.recordingURL == "https://rec.example/1")
        #expect(record.spam == false)
    }

    @Test("at the same time the larger id wins, whatever the order")
    func sameTime() {
        func note(_ id: String, _ text: String) -> CallEvent { CallEvent(callID: "c1", kind: .note, at: after(5), eventID: id, note: text) }
        #expect(record([arrived(), note("1", "x"), note("2", "y")]).note == "y")
        #expect(record([arrived(), note("2", "y"), note("1", "x")]).note == "y")
        #expect(record([arrived(), note("", "x"), note("", "y")]).note == "y")
    }

    @Test("an answer followed by a voicemail report at that destination is a carrier's mailbox")
    func mailbox() {
        let voicemail = CallEvent(callID: "c1", kind: .voicemail, at: after(30), eventID: "V", destinationID: "a", durationSeconds: 20)
        let record = record([arrived(), attempt("E1", "a", "answered", at: 10, ring: 10), answered("E2", "a", at: 10), voicemail, ended(by: "caller", at: 30)])
        #expect(record.outcome == .voicemail)
        #expect(record.endReason == "normal")
        #expect(record.destinationID == nil)
        #expect(record.talkSeconds == 0)
        #expect(record.voicemailSeconds == 20)
        #expect(record.flags == [.likelyVoicemail])
        #expect(record.attempts.map(\.result) == [.answered])
    }

    @Test("a call without an end is closed when its time is over, and a real end that comes later still wins")
    func noEnd() {
        let open = Array(answeredBySecond.dropLast())
        #expect(record(open).outcome == nil)
        #expect(record(open, now: after(14_399)).outcome == nil)
        let closed = record(open, now: after(14_400))
        #expect(closed.outcome == .unknown)
        #expect(closed.endReason == "no_terminal_event")
        #expect(record(answeredBySecond, now: after(100_000)) == record(answeredBySecond))
    }

    @Test("an end alone makes a record; what is unknown is null")
    func endAlone() {
        let record = record([ended(by: "caller", at: 90)], facts: nil)
        #expect(record.account == nil)
        #expect(record.trackingNumber == nil)
        #expect(record.startedAt == after(90))
        #expect(record.outcome == .abandoned)
    }

    @Test("a peer's nonsense in times and seconds ends in a record, not in a crash")
    func nonsense() {
        let moments = [Int64.min, -1, 0, .max].map { Timestamp(milliseconds: $0) }
        let lengths = [Double.nan, .infinity, -.infinity, -1, 1e300, 0]
        for moment in moments {
            for length in lengths {
                var events = answeredBySecond
                events[1].at = moment
                events[1].attempt?.ringSeconds = length
                events[4].at = moment
                events[4].durationSeconds = length
                let json = record(events, now: moment).json
                #expect(json.hasPrefix("{\"call_id\":\"c1\""))
            }
        }
    }

    @Test("the event log tells which events count")
    func eventLog() {
        let events = answeredBySecond + [ended("E5", by: "platform", at: 300), attempt("E8", "c", "answered", at: 180, ring: 3)]
        #expect(history(events.map(Input.event)).decisive(facts: billboard).events == [0, 1, 2, 3, 4])
    }
}
