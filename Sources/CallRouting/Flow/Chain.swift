import CallModel

/// The dialling nodes that a call meets one after another when nobody answers, up to where the flow asks, takes a message or ends.
struct Chain: Sendable {
    var links: [Link] = []
    /// What a trace says of the way, in order.
    var steps: [TraceStep] = []
    var end = End.runsOut

    struct Link: Sendable {
        var place: Walk.Place
        /// How many of `steps` were made before it was reached.
        var stepsBefore: Int
    }

    enum End: Sendable {
        /// The last dialling node has nothing after it.
        case runsOut
        case gather(Gather, Walk.Place)
        case voicemail(Voicemail)
        case reject(Rejection)
    }
}
