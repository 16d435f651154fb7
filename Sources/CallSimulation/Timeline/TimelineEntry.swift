import CallModel

/// One line of a timeline (directory.md §5).
struct TimelineEntry {
    /// Of the file, from 1.
    var line: Int
    var at: Timestamp
    var action: Action

    enum Action {
        case call(ScriptedCall)
        /// A CallEvent as a front would publish it.
        case event(CallEvent)
        /// A directory document.
        case apply(String)
        case set(schedule: String, manual: Schedule.Manual?)
        case visit(ScriptedVisit)
        /// `visitor`: whose page is still open.
        case heartbeat(visitor: String)
        /// An operator resets the counters of a destination.
        case resetLimit(destination: String)
        /// All that is known of a caller is to go; in any spelling.
        case erase(caller: String)
        /// A person says something of a call.
        case update(call: String, PersonsWord)
    }
}

/// A page of a web site that a visitor looks at.
struct ScriptedVisit {
    var visitor: String
    var pool: String
    /// URL with its query.
    var page: String
    var referrer = ""
    var userAgent = ""
}

/// A call, and what the people and machines in it will do.
struct ScriptedCall {
    var id: String
    var to: String
    var from = ""
    var callerName = ""
    /// By the destination's number; a phone not named rings for ever.
    var phones: [String: Phone] = [:]
    /// What one not named does, where a record is replayed; nil: it rings for ever.
    var otherPhone: Phone?
    /// Seconds after the call began; nil: never by himself.
    var hangsUpAfter: Double?
    /// How long the caller speaks on our voicemail; 0: he leaves no message.
    var voicemailSeconds = 0.0
    /// What he enters each time he is asked; "" and whatever comes after the last: silence.
    var digits: [String] = []
    /// All that he entered in a recorded call, one after the other; each time as many keys as are asked for.
    var recordedDigits = ""
}

/// What a destination's phone does when it rings.
struct Phone {
    /// Seconds after it began to ring.
    var after: Double
    var act: Act

    enum Act {
        case answers(Answer)
        case busy
        case rejects
        /// `cause`: a Q.850 number or name, or a SIP status.
        case fails(cause: String)
    }

    struct Answer {
        /// Seconds until somebody hangs up.
        var talk: Double
        var endedBy = "caller"
        /// A carrier's mailbox picked up.
        var isMailbox = false
        /// Accepts the call where the node screens.
        var pressesOne = false
    }
}
