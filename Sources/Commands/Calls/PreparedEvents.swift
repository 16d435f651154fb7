import CallModel
import CallWire
import MessageClient
import MessageWire

/// Lines of a file as the requests that publish them; the same event is one request, however many lines tell it.
struct PreparedEvents: Sendable {
    private(set) var requests: [Request] = []
    /// What is known of the lines already.
    private(set) var tally = PublishTally()
    /// Of each request, the lines it is of.
    private var places: [[Int]] = []
    private let numbers: [Int]
    private var known: [RequestID: Int] = [:]

    /// - Parameters:
    ///   - model: what the requests have in common.
    ///   - isTrial: nothing is to be sent: a line that can be read is accepted.
    init(_ lines: [NumberedLine], _ model: Request, isTrial: Bool) {
        numbers = lines.map(\.number)
        for (place, line) in lines.enumerated() {
            do throws(CallWireError) {
                let events = try line.events.get()
                var bodies: [[UInt8]] = []
                for event in events { bodies.append(try event.body(.protobuf)) }
                if !isTrial { for (event, body) in zip(events, bodies) { add(model.with(body: body, id: RequestID(of: event, body)), place) } }
                if let arrived = events.first(where: { $0.kind == .arrived }) { tally.numbers[arrived.to, default: 0] += 1 }
                if events.isEmpty { tally.leftOut += 1 } else if isTrial { tally.accepted += 1 }
            } catch {
                tally.refusals.append(.init(line: line.number, reason: error.message))
            }
        }
    }

    private mutating func add(_ request: Request, _ place: Int) {
        if let same = known[request.id] { return places[same].append(place) }
        known[request.id] = requests.count
        requests.append(request)
        places.append([place])
    }

    var ids: Dictionary<RequestID, Int>.Keys { known.keys }

    /// Sends all of them. A line is new where one of its events is, and refused where one of them is.
    ///
    /// - Throws: `CallError` where the pool does not answer.
    func send(_ client: MessageClient) async throws(CallError) -> PublishTally {
        var tally = tally
        var isNew: Set<Int> = []
        var refused: Set<Int> = []
        for outcome in await outcomes(client) {
            let places = places[outcome.index]
            switch outcome.result {
            case .success(.accepted(let acceptance)) where acceptance.isDuplicate: continue
            // What further lines tell of the same event is told already.
            case .success: isNew.insert(places[0])
            case .failure(let error) where [.unavailable, .deadlineExceeded].contains(error.status): throw error
            case .failure(let error):
                for place in places where refused.insert(place).inserted { tally.refusals.append(.init(line: numbers[place], reason: "\(error)")) }
            }
        }
        let sent = Set(places.joined()).subtracting(refused)
        tally.accepted += sent.intersection(isNew).count
        tally.duplicate += sent.subtracting(isNew).count
        return tally
    }

    private func outcomes(_ client: MessageClient) async -> [Outcome] {
        guard !requests.isEmpty else { return [] }
        let (stream, continuation) = AsyncStream.makeStream(of: [Outcome].self)
        client.send(requests) { continuation.yield($0) }
        var all: [Outcome] = []
        for await some in stream {
            all += some
            if all.count == requests.count { break }
        }
        return all
    }
}

/// What became of the lines.
struct PublishTally: Sendable {
    struct Refused: Sendable {
        var line: Int
        var reason: String
    }

    var accepted = 0
    var duplicate = 0
    var refusals: [Refused] = []
    /// Rows of an export that are no calls of ours.
    var leftOut = 0
    /// Of an export, the calls to each number.
    var numbers: [String: Int] = [:]

    mutating func add(_ other: PublishTally) {
        accepted += other.accepted
        duplicate += other.duplicate
        refusals += other.refusals
        leftOut += other.leftOut
        numbers.merge(other.numbers, uniquingKeysWith: +)
    }
}

extension RequestID {
    /// An id that the same event always gets: its time, as UUIDs of version 7 have it, and a hash of the whole of it.
    init(of event: CallEvent, _ body: [UInt8]) {
        var hash = EventHash(body)
        self.init(v7At: event.at.milliseconds, using: &hash)
    }
}

/// Two words that depend on every byte (FNV-1a, finished as in SplitMix64), given out as if they were random.
private struct EventHash: RandomNumberGenerator {
    private var state: UInt64

    init(_ bytes: [UInt8]) {
        state = 0xCBF2_9CE4_8422_2325
        for byte in bytes { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
