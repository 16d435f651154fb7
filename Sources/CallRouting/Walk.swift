import CallModel

/// Follows a flow from a node until the front has something to do. Pure: the moment and the caller are handed in, nothing is remembered.
struct Walk {
    let directory: Directory
    let caller: Caller
    let now: Timestamp
    /// What a flow that runs out after somebody was dialled ends with (records.md §3, `end_reason`).
    let lastAttempt: Rejection
    var isTracing = true
    var trace: [TraceStep] = []

    /// A node and, where it dials, the destinations it has done with.
    struct Place {
        var flow: Int
        /// Place in `Flow.nodes`.
        var node: Int
        /// Places in `Directory.destinations`, dialled or skipped; nil: the node is only now entered.
        var passed: [Int]?
    }

    enum Halt {
        /// `targets` ring together; `rest` is where to go on when none of them answers.
        case ring(Ring, targets: [Int], rest: Place)
        case voicemail(Voicemail)
        case reject(Rejection)
    }

    /// Terminates: a directory whose `go` forms a cycle is refused at apply (directory.md §2), and within a flow the way leads down.
    mutating func follow(from start: Place) -> Halt {
        var place = start
        while true {
            let next: Node?
            let missing: Rejection
            switch directory.flows[place.flow].nodes[place.node].step {
            case .ring(let ring):
                switch nextTier(of: ring, at: place) {
                case .ring(let targets, let passed):
                    place.passed = passed
                    return .ring(ring, targets: targets, rest: place)
                case .exhausted(let rejection):
                    next = ring.then
                    missing = rejection
                    note(place, next == nil ? rejection.cause : "then")
                }
            case .schedule(let branch):
                let isOpen = directory.schedules[branch.schedule].isOpen(at: now)
                next = isOpen ? branch.open : branch.closed
                missing = .closed
                note(place, isOpen ? "open" : "closed")
            case .clock(let branch):
                let chosen = branch.branch(at: now)
                next = chosen.map { branch.branches[$0].to } ?? branch.otherwise
                missing = .closed
                note(place, chosen.map { "branch \($0 + 1)" } ?? "otherwise")
            case .prefix(let branch):
                let chosen = branch.branch(for: caller)
                next = chosen?.to ?? branch.otherwise
                missing = .noDestination
                note(place, chosen?.prefix.text ?? "otherwise")
            case .keypad, .zip, .caller, .source: return .reject(.noDestination)
            case .go(let flow):
                note(place, directory.flows[flow].id)
                place = Place(flow: flow, node: directory.flows[flow].start.index, passed: nil)
                continue
            case .voicemail(let voicemail):
                note(place, "voicemail")
                return .voicemail(voicemail)
            case .reject(let word):
                note(place, word.rawValue)
                return .reject(Rejection(word))
            }
            guard let next else { return .reject(missing) }
            place.node = next.index
            place.passed = nil
        }
    }

    private enum Turn {
        case ring(targets: [Int], passed: [Int])
        case exhausted(Rejection)
    }

    /// The first tier in which somebody can be dialled now; nobody is dialled twice in one node.
    private mutating func nextTier(of ring: Ring, at place: Place) -> Turn {
        var passed = place.passed ?? []
        var firstReason: Ineligibility?
        for tier in ring.tiers {
            // By far the most common: the node is entered and nobody is skipped. Its own arrays serve then.
            if passed.isEmpty, tier.allSatisfy({ directory.ineligibility(of: $0, at: now) == nil }) {
                for index in tier { note(place, "order", destination: index, "chosen") }
                return .ring(targets: tier, passed: tier)
            }
            var targets: [Int] = []
            for index in tier where !passed.contains(index) {
                passed.append(index)
                if let reason = directory.ineligibility(of: index, at: now) {
                    firstReason = firstReason ?? reason
                    note(place, reason.rawValue, destination: index, "skipped")
                } else {
                    targets.append(index)
                    note(place, "order", destination: index, "chosen")
                }
            }
            if !targets.isEmpty { return .ring(targets: targets, passed: passed) }
        }
        // Somebody rang in this node: the flow runs out. Nobody ever did: the first candidate's reason counts.
        if place.passed != nil { return .exhausted(lastAttempt) }
        return .exhausted(firstReason?.rejection ?? .noDestination)
    }

    private func label(of place: Place) -> String { directory.flows[place.flow].nodes[place.node].label }

    private mutating func note(_ place: Place, _ reason: String) {
        guard isTracing else { return }
        trace.append(TraceStep(node: label(of: place), verdict: "branch", reason: reason))
    }

    private mutating func note(_ place: Place, _ reason: String, destination: Int, _ verdict: String) {
        guard isTracing else { return }
        trace.append(TraceStep(node: label(of: place), destinationID: directory.destinations[destination].id, verdict: verdict, reason: reason))
    }
}
