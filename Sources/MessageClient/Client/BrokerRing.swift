import MessageConnection
import MessageWire
import Synchronization

/// The brokers of a client, which share nothing, and which of them answer (interfaces.md §3).
///
/// A request's id says where in the ring the search for a broker begins, so an id that is used again finds the broker that may
/// know it, as long as that one answers. With one broker nothing is looked up.
final class BrokerRing: Sendable {
    enum Standing: Int, Comparable {
        /// Does not answer, refuses, or drains.
        case away
        /// Neither has it answered nor failed to for long.
        case unknown
        case open

        static func < (left: Standing, right: Standing) -> Bool { left.rawValue < right.rawValue }
    }

    let lines: [BrokerLine]
    private let standings: Mutex<[Standing]>

    init(_ lines: [BrokerLine]) {
        // A caller's bug: a client without a broker could only fail.
        precondition(!lines.isEmpty, "a client needs the endpoint of a broker")
        self.lines = lines
        standings = Mutex(Array(repeating: .unknown, count: lines.count))
    }

    var isAlone: Bool { lines.count == 1 }

    /// Where a request goes.
    func line(for id: RequestID) -> BrokerLine {
        isAlone ? lines[0] : lines[place(for: id)]
    }

    /// The first in the caller's order of those that answer.
    func first() -> BrokerLine {
        isAlone ? lines[0] : lines[standings.withLock { Self.best($0, from: 0, except: nil) }]
    }

    /// Each broker's part of many requests, as places in their array.
    func shares(of requests: [Request]) -> [(line: BrokerLine, places: [Int])] {
        var shares: [[Int]] = Array(repeating: [], count: lines.count)
        standings.withLock { standings in
            for (index, request) in requests.enumerated() {
                shares[Self.best(standings, from: start(request.id), except: nil)].append(index)
            }
        }
        return zip(lines, shares).filter { !$1.isEmpty }.map { ($0, $1) }
    }

    // MARK: for the connections

    /// What a connection knows of its own broker; the others look again at what waits with them.
    func stand(_ place: Int, _ standing: Standing) {
        let isNews = standings.withLock { standings in
            defer { standings[place] = standing }
            return standings[place] != standing
        }
        guard isNews, standing == .open else { return }
        for other in lines.indices where other != place { lines[other].mailbox.post(.look) }
    }

    /// What the others have to offer to one broker's requests.
    func elsewhere(from place: Int) -> Elsewhere {
        standings.withLock { standings in
            let other = standings[Self.best(standings, from: place, except: place)]
            if other > standings[place] { return .better }
            return other == .open && standings[place] == .open ? .equal : .nothing
        }
    }

    /// Another broker for a request.
    func place(for id: RequestID, except place: Int? = nil) -> Int {
        standings.withLock { Self.best($0, from: start(id), except: place) }
    }

    private func start(_ id: RequestID) -> Int { Int(id.low % UInt64(lines.count)) }

    /// The first of the best, beginning there; where there is no other, the one that was left out.
    private static func best(_ standings: [Standing], from start: Int, except: Int?) -> Int {
        var best: Int?
        for step in standings.indices {
            let place = (start + step) % standings.count
            guard place != except else { continue }
            if let known = best, standings[known] >= standings[place] { continue }
            best = place
        }
        return best ?? start
    }
}
