/// What happens to a call: a tree of nodes, entered at `start` (directory.md §2).
public struct Flow: Sendable {
    public let id: String
    public let record: Bool
    /// Spoken to the caller before the call connects; empty for none.
    public let greeting: String
    /// Spoken to whoever answers; empty for none.
    public let whisper: String
    /// The destination sees the tracking number instead of the caller's.
    public let maskCallerID: Bool
    public let start: Node
    /// Every node by its `index`: a continuation finds its place again without a walk.
    public let nodes: [Node]

    init(id: String, record: Bool, greeting: String, whisper: String, maskCallerID: Bool, start: Node) {
        self.id = id
        self.record = record
        self.greeting = greeting
        self.whisper = whisper
        self.maskCallerID = maskCallerID
        self.start = start
        var nodes: [Node] = []
        Flow.collect(start, into: &nodes)
        self.nodes = nodes.sorted { $0.index < $1.index }
    }

    /// Places in `Directory.flows` of those it may go on in.
    var successors: [Int] {
        nodes.compactMap { node in if case .go(let target) = node.step { target } else { nil } }
    }

    private static func collect(_ node: Node, into nodes: inout [Node]) {
        nodes.append(node)
        for child in node.step.children { collect(child, into: &nodes) }
    }
}

/// One place in a flow.
public struct Node: Sendable {
    /// Its place in `Flow.nodes`, by the order of the document.
    public let index: Int
    /// Its place in the flow with its kind, as a trace names it: "start.open.sequential".
    public let label: String
    public let step: Step

    init(index: Int, label: String, step: Step) {
        self.index = index
        self.label = label
        self.step = step
    }
}

/// What a node does.
public indirect enum Step: Sendable {
    case ring(Ring)
    case schedule(ScheduleBranch)
    case clock(ClockBranch)
    case prefix(PrefixBranch)
    case keypad(KeypadBranch)
    case zip(ZIPBranch)
    case caller(CallerBranch)
    case source(SourceBranch)
    case voicemail(Voicemail)
    case reject(RejectCause)
    /// Goes on at the start of another flow: its place in `Directory.flows`.
    case go(flow: Int)

    var children: [Node] {
        switch self {
        case .ring(let ring): [ring.then].compactMap(\.self)
        case .schedule(let branch): [branch.open, branch.closed].compactMap(\.self)
        case .clock(let branch): branch.branches.map(\.to) + [branch.otherwise].compactMap(\.self)
        case .prefix(let branch): branch.branches.map(\.to) + [branch.otherwise].compactMap(\.self)
        case .keypad(let branch): branch.branches.map(\.to) + [branch.invalid, branch.noInput].compactMap(\.self)
        case .zip(let branch): branch.branches.map(\.to) + [branch.otherwise].compactMap(\.self)
        case .caller(let branch): [branch.firstTime, branch.repeated, branch.otherwise].compactMap(\.self)
        case .source(let branch): branch.branches.map(\.to) + [branch.otherwise].compactMap(\.self)
        case .voicemail, .reject, .go: []
        }
    }
}

/// What `reject:` may say.
public enum RejectCause: String, Hashable, Sendable, CaseIterable {
    case busy
    case notInService = "not_in_service"
    case declined
}
