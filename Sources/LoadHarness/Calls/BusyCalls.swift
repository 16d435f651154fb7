/// The calls of a destination that has room for so many at once: its house stays full for a while, so that one too many would be seen.
package struct BusyCalls: Sendable {
    private let room: Int
    private var underWay: [Int] = []
    /// Calls that went elsewhere since it is full.
    private var passed = 0
    /// At one moment.
    package private(set) var most = 0

    package init(room: Int) { self.room = room }

    package mutating func begin(_ call: Int) {
        underWay.append(call)
        most = max(most, underWay.count)
    }

    /// A call went elsewhere. Gives those that end now: the older half, once a full house has turned as many away as it holds.
    package mutating func pass() -> [Int] {
        guard underWay.count >= room else { return [] }
        passed += 1
        guard passed >= room else { return [] }
        passed = 0
        defer { underWay.removeFirst(room / 2) }
        return Array(underWay.prefix(room / 2))
    }

    package mutating func endAll() -> [Int] {
        defer { underWay = [] }
        return underWay
    }
}
