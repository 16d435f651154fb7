package import CallModel

/// Whose past is asked for: a pool's numbers, as its directory has them now.
package struct PoolQuery: Hashable, Sendable {
    package var account: String
    package var pool: String
    package var numbers: [PhoneNumber]
    package var overflow: PhoneNumber?
    /// Whatever was going on in it.
    package var range: Range<Timestamp>

    package init(account: String, pool: String, numbers: [PhoneNumber], overflow: PhoneNumber?, range: Range<Timestamp>) {
        self.account = account
        self.pool = pool
        self.numbers = numbers
        self.overflow = overflow
        self.range = range
    }
}
