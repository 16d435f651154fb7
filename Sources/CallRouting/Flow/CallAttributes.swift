import CallModel

/// What is known of a call's web session.
enum SessionKnowledge: Hashable, Sendable {
    case notAsked
    /// Without a source where there is none.
    indirect case known(CallSession)
    /// Nobody could be asked in time.
    case unknown
}

/// What a call is attributed to while it is being routed (directory.md §2, `source`).
enum CallAttributes: Hashable, Sendable {
    /// A number's, or its pool's; nil: nothing is known.
    case of(StaticSource?)
    indirect case session(CallSession)
    /// A session may say it, and has to be asked for.
    case open
    /// A session might have said it, but could not be asked for in time.
    case unknown
}

extension SourceBranch {
    /// The first branch of which every condition holds; nil: `otherwise`.
    func branch(for attributes: CallAttributes) -> Int? {
        branches.firstIndex { branch in branch.conditions.allSatisfy { attributes.value(of: $0.field) == $0.value } }
    }
}

extension CallAttributes {
    fileprivate func value(of field: SourceBranch.Field) -> String? {
        switch self {
        case .of(let source):
            switch field {
            case .source: source?.source
            case .medium: source?.medium
            case .campaign: source?.campaign
            // Known of visits to a web site only.
            case .keyword, .content, .landingPage, .page, .referrer, .device: nil
            }
        case .session(let session):
            switch field {
            case .source: session.source?.source
            case .medium: session.source?.medium
            case .campaign: session.source?.campaign
            case .keyword: session.source?.keyword
            case .content: session.source?.content
            case .landingPage: session.landingPage
            case .page: session.page
            case .referrer: session.referrer
            case .device: session.device
            }
        case .open, .unknown: nil
        }
    }
}
