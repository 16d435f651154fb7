import CallModel

/// Follows a flow from a node until there is nothing left to dial. Pure: the moment and the caller are handed in, nothing is remembered.
struct Walk {
    let directory: Directory
    let caller: Caller
    let attribution: CallAttributes
    let past: PastKnowledge
    let now: Timestamp
    private(set) var chain = Chain()

    init(directory: Directory, caller: Caller, attribution: CallAttributes, past: PastKnowledge, now: Timestamp) {
        self.directory = directory
        self.caller = caller
        self.attribution = attribution
        self.past = past
        self.now = now
    }

    /// A node, and how far it has been gone through.
    struct Place: Sendable {
        var flow: Int
        /// Place in `Flow.nodes`.
        var node: Int
        /// What is left of a dialling node's order, by places in `Directory.destinations`; nil: it is only now entered.
        var rest: [[Int]]?
        /// How often a menu has been answered with nothing that it knows.
        var tries = 0
    }

    /// What the caller did at the menu where the walk begins.
    enum KeyEntry {
        case keys(String)
        case silence
    }

    enum Course {
        /// One tier of destinations that can be dialled whatever the live state, and nothing to dial after it.
        case plain(Ring, Place)
        case chain(Chain)
        /// The caller's history decides how it goes on.
        case asksForPast
        /// The call's web session decides how it goes on.
        case asksForSession
    }

    /// Terminates: a directory whose `go` forms a cycle is refused at apply (directory.md §2), and within a flow the way leads down.
    ///
    /// - Parameter mayBePlain: whether the chain of a `plain` course may be left unmade.
    mutating func follow(from start: Place, _ entry: KeyEntry? = nil, mayBePlain: Bool) -> Course {
        var place = start
        var entry = entry
        while true {
            let way: Way
            switch directory.flows[place.flow].nodes[place.node].step {
            case .ring(let ring):
                if mayBePlain, chain.links.isEmpty, isPlain(ring, at: place) { return .plain(ring, place) }
                if past == .notAsked, needsPast(ring, at: place) { return .asksForPast }
                entry = nil
                chain.links.append(Chain.Link(place: place, stepsBefore: chain.steps.count))
                guard let then = ring.then else { return .chain(chain) }
                place = Place(flow: place.flow, node: then.index)
                continue
            case .schedule(let branch):
                let isOpen = directory.schedules[branch.schedule].isOpen(at: now)
                way = Way(isOpen ? "open" : "closed", isOpen ? branch.open : branch.closed, else: .closed)
            case .clock(let branch):
                let chosen = branch.branch(at: now)
                way = Way(chosen.map(Way.number) ?? "otherwise", chosen.map { branch.branches[$0].to } ?? branch.otherwise, else: .closed)
            case .prefix(let branch):
                let chosen = branch.branch(for: caller)
                way = Way(chosen?.prefix.text ?? "otherwise", chosen?.to ?? branch.otherwise, else: .noDestination)
            case .source(let branch):
                switch attribution {
                case .open: return .asksForSession
                case .unknown: way = Way("otherwise: session_unknown", branch.otherwise, else: .noDestination)
                case .of, .session:
                    let chosen = branch.branch(for: attribution)
                    way = Way(chosen.map(Way.number) ?? "otherwise", chosen.map { branch.branches[$0].to } ?? branch.otherwise, else: .noDestination)
                }
            case .caller(let branch):
                if past == .notAsked, caller.number != nil { return .asksForPast }
                way = self.way(of: branch)
            case .keypad(let menu):
                way = Self.way(of: menu, entry, tries: place.tries)
                entry = nil
            case .zip(let menu):
                way = Self.way(of: menu, entry)
                entry = nil
            case .go(let flow):
                note(place, directory.flows[flow].id)
                place = Place(flow: flow, node: directory.flows[flow].start.index)
                continue
            case .voicemail(let voicemail): way = Way("voicemail", end: .voicemail(voicemail))
            case .reject(let word): way = Way(word.rawValue, end: .reject(Rejection(word)))
            }
            note(place, way.reason)
            switch way.to {
            case .node(let next): place = Place(flow: place.flow, node: next.index)
            case .end(let end):
                chain.end = end
                return .chain(chain)
            case .again(let gather, let tries):
                place.tries = tries
                chain.end = .gather(gather, place)
                return .chain(chain)
            }
        }
    }

    private mutating func note(_ place: Place, _ reason: String) {
        chain.steps.append(TraceStep(node: directory.label(of: place), verdict: "branch", reason: reason))
    }

    /// By far the most common: the node is entered, everybody in it can be dialled, and nothing is shared with other calls.
    private func isPlain(_ ring: Ring, at place: Place) -> Bool {
        guard place.rest == nil, ring.tiers.count == 1, ring.then?.step.endsCall ?? true else { return false }
        return !needsPast(ring, at: place)
            && ring.tiers[0].allSatisfy { directory.destinations[$0].limits.isEmpty && directory.ineligibility(of: $0, at: now) == nil }
    }

    /// A withheld caller has none.
    private func needsPast(_ ring: Ring, at place: Place) -> Bool {
        caller.number != nil && (ring.avoidance != nil || place.rest == nil && ring.stickiness != .off)
    }

    private func way(of branch: CallerBranch) -> Way {
        switch past {
        case .known(let past) where caller.number != nil:
            let isFirst = past.isFirstTime
            let chosen = isFirst ? branch.firstTime : branch.repeated
            return Way(isFirst ? "first_time" : "repeat", chosen ?? branch.otherwise, else: .noDestination)
        case .unknown: return Way("otherwise: caller_history_unknown", branch.otherwise, else: .noDestination)
        case .known, .notAsked: return Way("otherwise", branch.otherwise, else: .noDestination)
        }
    }
}

/// What is known of the caller's earlier calls.
enum PastKnowledge: Hashable, Sendable {
    case notAsked
    case known(CallerPast)
    /// Nobody could be asked in time: it counts as none (interfaces.md §1).
    case unknown
}

extension Directory {
    func label(of place: Walk.Place) -> String { flows[place.flow].nodes[place.node].label }

    func ring(at place: Walk.Place) -> Ring? {
        if case .ring(let ring) = flows[place.flow].nodes[place.node].step { ring } else { nil }
    }
}

extension Step {
    /// Whether nothing can be dialled from here on.
    fileprivate var endsCall: Bool {
        switch self {
        case .voicemail, .reject: true
        case .ring, .schedule, .clock, .prefix, .keypad, .zip, .caller, .source, .go: false
        }
    }
}
