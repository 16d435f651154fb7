public import CallModel

/// The directories a routing worker decides by: each account's present one, and the replaced ones that calls in progress began with.
///
/// A value: a worker replaces the table it routes by when a directory comes, and routes on meanwhile.
public struct RoutingTable: Sendable {
    private var accounts: [Account] = []
    private var placeByAccount: [String: Int] = [:]
    private var ownerByNumber: [PhoneNumber: Int32] = [:]
    /// The distinct countries of the accounts: a number written without `+` is tried in each.
    private var countries: [Country] = []

    private struct Account {
        var current: Directory
        var replaced: [Replaced] = []
    }

    private struct Replaced {
        var directory: Directory
        var at: Timestamp
    }

    public init() {}

    /// Makes `directory` its account's present one. The one it replaces is kept for the calls in progress, as long as a call may last
    /// (`max_call_seconds`); those replaced longer ago are dropped.
    ///
    /// A number that another account has too goes to the one installed last: a number that moves may reach a worker in either order.
    public mutating func install(_ directory: Directory, at now: Timestamp) {
        if let place = placeByAccount[directory.account] {
            replace(place, by: directory, at: now)
        } else {
            placeByAccount[directory.account] = accounts.count
            accounts.append(Account(current: directory))
            ownerByNumber.reserveCapacity(ownerByNumber.count + directory.numbers.count)
        }
        // The line above has put it there.
        guard let place = placeByAccount[directory.account] else { preconditionFailure("the account was not installed") }
        for number in directory.numbers.phoneNumbers where ownerByNumber[number] != Int32(place) { ownerByNumber[number] = Int32(place) }
        if let country = directory.settings.country, !countries.contains(country) { countries.append(country) }
    }

    private mutating func replace(_ place: Int, by directory: Directory, at now: Timestamp) {
        let old = accounts[place].current
        for number in old.numbers.phoneNumbers where !directory.numbers.holds(number) && ownerByNumber[number] == Int32(place) {
            ownerByNumber[number] = nil
        }
        let longestCall = Double(max(old.settings.maxCallSeconds, directory.settings.maxCallSeconds))
        accounts[place].replaced.removeAll { $0.directory.version == directory.version || now.seconds(since: $0.at) > longestCall }
        if old.version != directory.version { accounts[place].replaced.append(Replaced(directory: old, at: now)) }
        accounts[place].current = directory
    }

    /// Opens or closes a schedule by hand, for calls in progress too: the clock and the state are read at each node (directory.md §1, 6).
    ///
    /// Returns false when the account's present directory has no such schedule.
    @discardableResult
    public mutating func set(_ manual: Schedule.Manual?, schedule: String, account: String) -> Bool {
        guard let place = placeByAccount[account], let changed = accounts[place].current.with(manual: manual, schedule: schedule) else {
            return false
        }
        accounts[place].current = changed
        for index in accounts[place].replaced.indices {
            let directory = accounts[place].replaced[index].directory
            accounts[place].replaced[index].directory = directory.with(manual: manual, schedule: schedule) ?? directory
        }
        return true
    }

    /// The account's present directory; nil when this table has none.
    public func directory(of account: String) -> Directory? {
        placeByAccount[account].map { accounts[$0].current }
    }

    /// The directory a call in progress began with; nil when it is no longer held.
    public func directory(of account: String, version: UInt64) -> Directory? {
        guard let place = placeByAccount[account] else { return nil }
        let account = accounts[place]
        if account.current.version == version { return account.current }
        return account.replaced.first { $0.directory.version == version }?.directory
    }

    /// Whose tracking number was dialled, in any spelling that the owner's country allows.
    public func owner(of dialled: String) -> (directory: Directory, number: TrackingNumber)? {
        if let number = PhoneNumber(e164: dialled) { return owner(of: number) }
        for country in countries {
            guard let number = PhoneNumber.parse(dialled, country: country).number, let found = owner(of: number),
                found.directory.settings.country == country
            else { continue }
            return found
        }
        return nil
    }

    private func owner(of number: PhoneNumber) -> (directory: Directory, number: TrackingNumber)? {
        guard let place = ownerByNumber[number] else { return nil }
        let directory = accounts[Int(place)].current
        return directory.trackingNumber(number).map { (directory, $0) }
    }
}
