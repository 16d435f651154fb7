/// What a front is to do with a call now: the message `RouteDecision` of calls.proto (directory.md §4).
public struct RouteDecision: Hashable, Sendable {
    public enum Action: Hashable, Sendable {
        case connect(Dial)
        case gather(Gather)
        case voicemail(Voicemail)
        /// `sipStatus`: what a SIP front should answer ("404", "480", "486", "603").
        case reject(cause: String, sipStatus: String)
    }

    public var callID: String
    public var action: Action
    /// Hands the flow's place to `ContinueCall`; empty when the flow ends here.
    public var continuation = ""
    /// What would follow if nothing answers, as it stands now.
    public var plan: [Dial] = []
    public var greeting = ""
    public var whisper = ""
    public var record = false
    /// regular, multi, priority or weighted; empty when nothing is dialled.
    public var routingType = ""
    public var account = ""
    /// E.164.
    public var trackingNumber = ""
    public var flow = ""
    public var directoryVersion: UInt64 = 0
    /// flow or fallback.
    public var routedBy = ""
    public var trace: [TraceStep] = []

    public init(callID: String, action: Action) {
        self.callID = callID
        self.action = action
    }
}

/// One target, or several that ring together.
public struct Dial: Hashable, Sendable {
    public var targets: [Target]
    public var ringSeconds: Int
    public var screening: Bool
    /// What the destination should see.
    public var callerID: String

    public init(targets: [Target], ringSeconds: Int, screening: Bool = false, callerID: String = "") {
        self.targets = targets
        self.ringSeconds = ringSeconds
        self.screening = screening
        self.callerID = callerID
    }

    public struct Target: Hashable, Sendable {
        public var destinationID: String
        /// E.164, or a `sip:` URI.
        public var number: String
        /// mobile, landline, voip or call_center.
        public var kind: String

        public init(destinationID: String, number: String, kind: String) {
            self.destinationID = destinationID
            self.number = number
            self.kind = kind
        }
    }
}

/// Ask the caller for keys.
public struct Gather: Hashable, Sendable {
    public var prompt: String
    public var maxDigits: Int
    public var timeoutSeconds: Int

    public init(prompt: String, maxDigits: Int, timeoutSeconds: Int) {
        self.prompt = prompt
        self.maxDigits = maxDigits
        self.timeoutSeconds = timeoutSeconds
    }
}

/// Take a message; ends the flow.
public struct Voicemail: Hashable, Sendable {
    public var greeting: String
    public var maxSeconds: Int

    public init(greeting: String, maxSeconds: Int) {
        self.greeting = greeting
        self.maxSeconds = maxSeconds
    }
}

/// One step of the reasoning behind a decision.
public struct TraceStep: Hashable, Sendable {
    /// The node's place in the flow, e.g. "start.open.sequential".
    public var node: String
    /// Empty for a node that only branches.
    public var destinationID: String
    /// chosen, skipped or branch.
    public var verdict: String
    /// order, closed, disabled, …, or the branch taken.
    public var reason: String

    public init(node: String, destinationID: String = "", verdict: String, reason: String) {
        self.node = node
        self.destinationID = destinationID
        self.verdict = verdict
        self.reason = reason
    }
}
