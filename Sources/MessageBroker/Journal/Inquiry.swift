import MessageWire

/// A question to the journal that a peer waits for, or that changes the broker's counts.
struct Inquiry {
    enum Subject {
        /// QUERY, or CANCEL of what is not in memory: answered by STATE.
        case state(RequestID, cancelled: Bool)
        /// A DONE for a request that may be dead.
        case settleDead(ServiceID)
        /// Only that a report comes, with the free disk in it.
        case freeDisk
        /// A call of a built-in service.
        case getRequest, readDead
        case listDead(ServiceID)
        case replay, purge
    }

    var subject: Subject
    var connection: ConnectionReference = .none
    /// The call's id.
    var id = RequestID.zero
    /// What has been found so far, and of how many deliveries: the least finished one speaks for the request.
    var found: StoredDelivery?
    var seen = 0
}
