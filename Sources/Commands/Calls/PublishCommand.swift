import ArgumentParser
import CallModel
import CallServices
import CallWire
import MessageClient
import MessageWire

/// `trunkline publish`: call events from a file, at the speed of the pool.
///
/// An event's request id is made of what it says, so publishing a file again after an interruption does nothing twice.
struct PublishCommand: HouseCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish", abstract: "Publish call events from NDJSON, or CSV with a header. May be run again after an interruption.")

    @OptionGroup var common: VerbosityOptions
    @OptionGroup var pool: PoolOptions

    @Argument(help: "The file (NDJSON, or CSV where it ends in .csv), - for standard input.")
    var file: String

    @Flag(name: .long, help: "The file is CSV, whatever its name.")
    var csv = false

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    /// Requests in one hand-over, and hand-overs on their way at once.
    private static let batch = 1000
    private static let depth = 4

    func execute() async throws {
        // Opened first: a file that is not there is known without the pool.
        var lines: EventLines? = try EventLines(file, isCSV: csv || file.lowercased().hasSuffix(".csv"))
        let tally = try await pool.withPool(common) { client in
            guard let lines = lines.take() else { return Tally() }
            return try await publish(lines, client)
        }
        Terminal.endProgress()
        for refusal in tally.refusals.sorted(by: { $0.line < $1.line }) { Terminal.complain("\(file):\(refusal.line): \(refusal.reason)") }
        Terminal.say(
            json
                ? #"{"accepted":\#(tally.accepted),"duplicate":\#(tally.duplicate),"refused":\#(tally.refusals.count)}"#
                : "\(tally.accepted) accepted, \(tally.duplicate) duplicate, \(tally.refusals.count) refused")
        let refused = tally.refusals.count
        guard refused > 0 else { return }
        throw CommandFailure(.badInput, "\(refused) line\(refused == 1 ? " was" : "s were") refused; correct and publish the file again")
    }

    private func publish(_ lines: consuming EventLines, _ client: MessageClient) async throws -> Tally {
        if client.endpoints.count > 1 {
            // An event that was published before finds the broker that knows it only where that one is known to answer.
            for broker in client.endpoints { _ = try? await client.admin("Status", timeout: .seconds(3), broker: broker) }
        }
        let model = try Request.durable(ServiceName.callEvents + "/Publish", timeout: .seconds(60))
        var tally = Tally()
        var lines = lines
        try await withThrowingTaskGroup(of: Tally.self) { group in
            var open = 0
            while let batch = try lines.next(Self.batch) {
                if open == Self.depth, let done = try await group.next() {
                    tally.add(done)
                    open -= 1
                    Terminal.progress("\(tally.accepted + tally.duplicate) events, \(lines.percent)")
                }
                group.addTask { try await Self.send(batch, model, client) }
                open += 1
            }
            for try await done in group { tally.add(done) }
        }
        return tally
    }

    private static func send(_ batch: [NumberedLine], _ model: Request, _ client: MessageClient) async throws -> Tally {
        var tally = Tally()
        var requests: [Request] = []
        var numbers: [Int] = []
        for line in batch {
            do throws(CallWireError) {
                let event = try line.event.get()
                let body = try event.body(.protobuf)
                requests.append(model.with(body: body, id: RequestID(of: event, body)))
                numbers.append(line.number)
            } catch {
                tally.refusals.append(Refused(line: line.number, reason: error.message))
            }
        }
        for outcome in await outcomes(of: requests, client) {
            switch outcome.result {
            case .success(.accepted(let acceptance)) where acceptance.isDuplicate: tally.duplicate += 1
            case .success: tally.accepted += 1
            case .failure(let error) where [.unavailable, .deadlineExceeded].contains(error.status): throw error
            case .failure(let error): tally.refusals.append(Refused(line: numbers[outcome.index], reason: "\(error)"))
            }
        }
        return tally
    }

    private static func outcomes(of requests: [Request], _ client: MessageClient) async -> [Outcome] {
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
private struct Tally: Sendable {
    var accepted = 0
    var duplicate = 0
    var refusals: [Refused] = []

    mutating func add(_ other: Tally) {
        accepted += other.accepted
        duplicate += other.duplicate
        refusals += other.refusals
    }
}

private struct Refused: Sendable {
    var line: Int
    var reason: String
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
