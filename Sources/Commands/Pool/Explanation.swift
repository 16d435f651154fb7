import CallServices
import MessageWire

/// Explain's reasons (wire.md §7) in words, each with its remedy.
struct Explanation {
    private let service: KnownService
    private let reasons: [String]
    private let workers: Int64
    private let credit: Int64
    private let ready: Int64
    private let leased: Int64
    private let delayed: Int64
    private let nextRetry: Int64?
    private let now: Int64

    /// - Parameters:
    ///   - service: as ListServices tells of it: its class and its dead are not in Explain's answer.
    ///   - now: Unix milliseconds at which `answer` was given.
    init(_ answer: JSON, of service: KnownService, at now: Int64) {
        func count(_ name: String) -> Int64 { answer[name]?.integer ?? 0 }
        self.service = service
        self.now = now
        reasons = answer["reasons"]?.array?.compactMap(\.string) ?? []
        workers = count("workers")
        credit = count("credit")
        ready = count("ready")
        leased = count("leased")
        delayed = count("delayed")
        nextRetry = answer["next_retry_ms"]?.integer
    }

    var lines: [String] {
        let held = workers == 1 ? "1 worker" : "\(workers) workers"
        var lines = [
            "\(service.name) (\(service.isDurable ? "durable" : "unary")): \(ready) ready, \(leased) out, \(delayed) delayed, \(service.count("dead")) dead; "
                + "\(held), credit \(credit)"
        ]
        let width = reasons.map(\.count).max() ?? 0
        for reason in reasons {
            lines.append("  " + reason + String(repeating: " ", count: width - reason.count + 2) + words(for: reason))
        }
        if isFannedOut { lines.append("It hands each request on to other services and has no workers of its own: explain those too.") }
        if service.count("dead") > 0 { lines.append("\(count(service.count("dead"), "request is", "requests are")) dead: `trunkline dead list \(service.name)` says why.") }
        return lines
    }

    /// The broker never names a lack of workers for a service that is fanned out.
    private var isFannedOut: Bool { service.isDurable && workers == 0 && !reasons.contains("no_workers") }

    private func words(for reason: String) -> String {
        switch reason {
        case "paused": paused
        case "draining": draining
        case "no_workers": noWorkers
        case "no_credit": noCredit
        case "cap":
            "The cap is reached: \(count(leased, "task is", "tasks are")) out, which is max_in_flight in the broker's file. Wait for them, or raise it there."
        case "ordering_key":
            "Requests wait behind an earlier one with the same ordering-key, which is \(delayed > 0 ? "at a worker or delayed" : "at a worker"). They go when it ends."
        case "delayed": retry
        case "empty": "Nothing waits and no task is out: there is nothing to move."
        case "moving": "Nothing holds it up: \(count(leased, "task is", "tasks are")) with workers."
        // A broker newer than this program.
        default: "The broker gives a reason that this version does not know."
        }
    }

    private var paused: String {
        let what = service.isDurable ? "new requests are accepted and wait" : "new requests are refused"
        return "Somebody paused it: nothing is handed out, \(what). `trunkline resume \(service.name)` lets it go on."
    }

    private var draining: String {
        let what = service.isDurable ? "hands out no durable request and takes no new one; what waits is on disk" : "takes no new request and still serves those that wait"
        return "The broker is being shut down: it \(what). Start it again when it has ended."
    }

    private var noWorkers: String {
        let effect =
            leased > 0
            ? "Those that have \(count(leased, "task", "tasks")) are leaving and take nothing new."
            : service.isDurable ? "Requests wait for one." : "Requests are refused at once, unless they said they would wait."
        return "No worker serves it. \(effect) Start one\(Self.worker(of: service.name)); `trunkline peers` lists who is there."
    }

    private var noCredit: String {
        guard leased > 0 else {
            return "Workers are connected but ask for nothing: they grant no credit. Look at their logs, and start them again if that goes on."
        }
        return "Every worker is busy: \(count(leased, "task is", "tasks are")) out and none may have one more. It goes on as they finish; if that is too slow, start more workers\(Self.worker(of: service.name))."
    }

    private var retry: String {
        let when = nextRetry.map { " The first goes again in \(TimeText.length(milliseconds: $0)), at \(TimeText.moment(now + $0))." } ?? ""
        return "\(count(delayed, "request waits", "requests wait")) for another try: a worker failed, or gave it back.\(when) If that repeats, look at the workers' logs."
    }

    private func count(_ number: Int64, _ one: String, _ many: String) -> String { "\(number) \(number == 1 ? one : many)" }

    /// Which of this project's processes serves it.
    private static func worker(of service: String) -> String {
        switch service {
        case ServiceName.routing: ": `trunkline worker routing`"
        case ServiceName.attribution, ServiceName.callLog: ": `trunkline worker attribution`"
        case ServiceName.directory: ": `trunkline worker directory`"
        default: ""
        }
    }
}
