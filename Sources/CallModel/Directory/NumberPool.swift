/// Interchangeable numbers for a web site's visitors (directory.md, "pools"; records.md §4, "Leases").
public struct NumberPool: Sendable {
    public let id: String
    /// Empty where the document gives none.
    public let name: String
    /// Place in `Directory.flows`; of those of its numbers that have no flow of their own.
    public let flow: Int?
    /// In the document's order.
    public let numbers: [PhoneNumber]
    /// Shared by the visitors who come while all are leased.
    public let overflow: PhoneNumber?
    /// A heartbeat or page view extends a lease to this from then.
    public let leaseSeconds: Int
    /// Never extended past this from its start.
    public let maxLeaseSeconds: Int
    /// After a lease ends the number is not handed out again for this long.
    public let cooldownSeconds: Int
    /// Of calls to its numbers when no session matches and the number has none of its own.
    public let source: StaticSource?
}
