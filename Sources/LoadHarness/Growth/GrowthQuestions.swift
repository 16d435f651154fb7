import CallModel
import CallStorage

/// What is asked of a store of many calls, by name: each kind of filter, with a value that many calls have, one that few have and one that none has.
enum GrowthQuestions {
    static func all(until now: Timestamp) -> [(name: String, query: CallQuery)] {
        var questions: [(String, CallQuery)] = []
        func ask(_ name: String, _ conditions: [(RecordField, RecordCondition.Test)], _ change: (inout CallQuery) -> Void = { _ in }) {
            var query = CallQuery(.account(GrowthCalls.account))
            query.conditions = conditions.map { RecordCondition(field: $0.0, test: $0.1) }
            change(&query)
            questions.append((name, query))
        }
        func text(_ field: RecordField, _ values: [String]) {
            for value in values { ask("\(field.rawValue) = \(value)", [(field, .text(value))]) }
        }
        ask("none", [])
        ask("none, hidden shown", []) { $0.showsHidden = true }
        ask("a day a year ago", []) { query in
            query.until = now.advanced(bySeconds: -365 * 86_400)
            query.since = now.advanced(bySeconds: -366 * 86_400)
        }
        text(.trackingNumber, ["+15005552000", "+15005552199", "+15005550000"])
        text(.trackingName, ["Number 199"])
        text(.source, ["google", "newsletter", "nowhere"])
        text(.medium, ["cpc", "none"])
        text(.campaign, ["campaign-39", "no-campaign"])
        text(.destinationID, ["desk-0", "desk-59", "no-desk"])
        text(.destinationNumber, ["+15005562059"])
        text(.outcome, ["answered", "missed", "failed"])
        text(.endReason, ["caller_hangup", "busy"])
        text(.endedBy, ["destination", "platform"])
        text(.routingType, ["weighted", "priority"])
        text(.flow, ["flow-4", "no-flow"])
        text(.pool, ["pool-2", "no-pool"])
        text(.provider, ["freeswitch", "twilio"])
        text(.attribution, ["certain", "ambiguous"])
        text(.callerNumber, ["+13122000000", "+13129000000", "+13123000000"])
        text(.callerName, ["Caller 8999", "Nobody"])
        text(.callerCountry, ["US", "DE"])
        text(.callerRegion, ["IL", "NY"])
        text(.callerTimeZone, ["America/Chicago", "Europe/London"])
        text(.providerCallID, ["CA1500", "none"])
        text(.gclid, ["none"])
        text(.currency, ["USD", "EUR"])
        text(.digits, ["123"])
        text(.landingPage, ["/nowhere"])
        ask("talk_seconds >= 60", [(.talkSeconds, .number(.atLeast, 60))])
        ask("talk_seconds >= 600", [(.talkSeconds, .number(.atLeast, 600))])
        ask("talk_seconds >= 6000", [(.talkSeconds, .number(.atLeast, 6000))])
        ask("duration_seconds < 2.1", [(.durationSeconds, .number(.less, 2.1))])
        ask("ring_seconds > 19.99", [(.ringSeconds, .number(.more, 19.99))])
        ask("value > 499", [(.value, .number(.more, 499))])
        ask("value > 10000", [(.value, .number(.more, 10_000))])
        ask("first_time", [(.firstTime, .flag(true))])
        ask("prior_calls = 7", [(.priorCalls, .number(.equal, 7))])
        ask("prior_calls > 100000", [(.priorCalls, .number(.more, 100_000))])
        ask("answered = false", [(.answered, .flag(false))])
        ask("spam, hidden shown", [(.spam, .flag(true))]) { $0.showsHidden = true }
        ask("source and outcome", [(.source, .text("bing")), (.outcome, .text("answered"))])
        ask("number, destination, talk", [(.trackingNumber, .text("+15005552100")), (.destinationID, .text("desk-40")), (.talkSeconds, .number(.atLeast, 300))])
        ask("two that never meet", [(.source, .text("google")), (.trackingName, .text("Number 1"))])
        ask("answered, but not first", [(.answered, .flag(true)), (.firstTime, .flag(false)), (.endedBy, .text("destination"))])
        return questions
    }
}
