import CallModel

/// How it goes on after a node that does not dial.
struct Way {
    /// What the trace says.
    var reason: String
    var to: Target

    enum Target {
        case node(Node)
        case end(Chain.End)
        /// The menu asks, for the `tries`-th time after the first.
        case again(Gather, tries: Int)
    }

    /// A branch; one that is not there ends the call.
    init(_ reason: String, _ node: Node?, else missing: Rejection) {
        self.reason = reason
        to = node.map(Target.node) ?? .end(.reject(missing))
    }

    init(_ reason: String, end: Chain.End) {
        self.reason = reason
        to = .end(end)
    }

    init(_ reason: String, asks gather: Gather, tries: Int = 0) {
        self.reason = reason
        to = .again(gather, tries: tries)
    }

    /// Of a branch by its place: people count from 1.
    static func number(_ place: Int) -> String { "branch \(place + 1)" }
}

extension Walk {
    private static let zipDigits = 5
    /// The keypad's own default: a ZIP node has no such option.
    private static let zipTimeoutSeconds = 5

    /// - Parameter entry: nil when the menu is only now reached.
    static func way(of menu: KeypadBranch, _ entry: KeyEntry?, tries: Int) -> Way {
        let gather = Gather(prompt: menu.prompt, maxDigits: menu.maxDigits, timeoutSeconds: menu.timeoutSeconds)
        let isSilence: Bool
        switch entry {
        case nil: return Way("asks for a key", asks: gather)
        case .keys(let keys):
            if let branch = menu.branches.first(where: { $0.keys == keys }) { return Way("key \(keys)", branch.to, else: .invalidKeyEntry) }
            isSilence = false
        case .silence: isSilence = true
        }
        let what = isSilence ? "no key" : "unknown key"
        if tries < menu.retries { return Way("\(what), asks again", asks: gather, tries: tries + 1) }
        if isSilence, let noInput = menu.noInput { return Way("no_input", noInput, else: .invalidKeyEntry) }
        let isThere = menu.invalid != nil
        return Way(isThere ? "\(what): invalid" : "\(what): \(Rejection.invalidKeyEntry.cause)", menu.invalid, else: .invalidKeyEntry)
    }

    static func way(of menu: ZIPBranch, _ entry: KeyEntry?) -> Way {
        switch entry {
        case nil: Way("asks for a ZIP code", asks: Gather(prompt: menu.prompt, maxDigits: zipDigits, timeoutSeconds: zipTimeoutSeconds))
        case .keys(let keys):
            if let branch = menu.branches.first(where: { $0.zip == keys }) {
                Way("ZIP \(keys)", branch.to, else: .noDestination)
            } else {
                Way("unknown ZIP code: otherwise", menu.otherwise, else: .noDestination)
            }
        case .silence: Way("no ZIP code: otherwise", menu.otherwise, else: .noDestination)
        }
    }
}
