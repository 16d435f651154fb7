import CallModel

/// Where a call of a timeline stands, between two appointments.
struct CallCourse {
    let script: ScriptedCall
    var phase = Phase.over
    /// Counts the phases; appointments of an earlier one are void.
    var turn = 0
    /// Numbers the call's events, so that each has an id of its own.
    var eventCount = 0
    /// How many entries were asked for; of a recorded call's digits: how many.
    var entryCount = 0

    enum Phase {
        /// Asked for keys, and silent; `continuation` is the decision's.
        case silent(continuation: String)
        case ringing(Ringing)
        case talking(Talk)
        /// On our own voicemail.
        case leavingMessage(since: Timestamp)
        case over
    }

    struct Ringing {
        var decision: RouteDecision
        var since: Timestamp
        /// In the node's order.
        var legs: [Leg]
    }

    struct Leg {
        var target: Dial.Target
        var phone: Phone?
        var end: End?

        struct End {
            var at: Timestamp
            var result: AttemptResult
            var cause = ""
        }
    }

    struct Talk {
        var target: Dial.Target
        var since: Timestamp
        var answer: Phone.Answer
    }
}

extension CallCourse.Ringing {
    /// Every phone that still rings ends so.
    mutating func endAll(_ result: AttemptResult, at moment: Timestamp) {
        for place in legs.indices where legs[place].end == nil { legs[place].end = .init(at: moment, result: result) }
    }

    var isOver: Bool { legs.allSatisfy { $0.end != nil } }

    /// What became of the legs, as a front tells it; each with when it ended.
    var reports: [(at: Timestamp, report: AttemptReport)] {
        legs.compactMap { leg in
            leg.end.map { end in
                let report = AttemptReport(
                    destinationID: leg.target.destinationID, number: leg.target.number, result: end.result.rawValue,
                    ringSeconds: end.at.seconds(since: since), cause: end.cause)
                return (end.at, report)
            }
        }
    }
}
