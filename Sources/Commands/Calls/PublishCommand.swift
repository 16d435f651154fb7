import ArgumentParser
import CallModel
import CallServices
import CallWire
import MessageClient
import MessageWire

/// `trunkline publish`: call events from a file, at the speed of the pool.
///
/// An event's request id is made of what it says, so publishing a file again after an interruption does nothing twice.
/// With `--columns`, the file is another tracker's call export: each row becomes the events that make its call.
struct PublishCommand: HouseCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish", abstract: "Publish call events from NDJSON, or CSV with a header; or another tracker's calls. May be run again after an interruption.")

    @OptionGroup var common: VerbosityOptions
    @OptionGroup var pool: PoolOptions

    @Argument(help: "The file (NDJSON, or CSV where it ends in .csv), - for standard input.")
    var file: String

    @Flag(name: .long, help: "The file is CSV, whatever its name.")
    var csv = false

    @Option(name: .long, help: "The file is another tracker's call export (CSV), and this one says what its columns mean (YAML).")
    var columns: String?

    @Flag(name: .long, help: "With --columns: only read the file and look its numbers up, and publish nothing.")
    var check = false

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    /// Requests in one hand-over, and hand-overs on their way at once.
    private static let batch = 1000
    /// Of an export, whose rows are some five events each.
    private static let rowBatch = 200
    private static let depth = 4

    func execute() async throws {
        guard !check || columns != nil else { throw CommandFailure(.usage, "--check goes with --columns; to check events, publish them to a pool for trying") }
        let map = try columns.map { path throws(CommandFailure) in try ColumnMap.read(path) }
        // Opened first: a file that is not there is known without the pool.
        let form: EventLines.Form = map.map { .export($0) } ?? (csv || file.lowercased().hasSuffix(".csv") ? .csv : .ndjson)
        var lines: EventLines? = try EventLines(file, form)
        let (tally, strangers) = try await pool.withPool(common) { client in
            guard let lines = lines.take() else { return (Tally(), nil as ImportedNumbers?) }
            let tally = try await publish(lines, client)
            return (tally, map == nil ? nil : await ImportedNumbers(tally.numbers, account: pool.accountName, client))
        }
        Terminal.endProgress()
        for refusal in tally.refusals.sorted(by: { $0.line < $1.line }) { Terminal.complain("\(file):\(refusal.line): \(refusal.reason)") }
        tell(tally, strangers)
        let refused = tally.refusals.count
        guard refused > 0 else { return }
        throw CommandFailure(.badInput, "\(refused) line\(refused == 1 ? " was" : "s were") refused; correct and publish the file again")
    }

    private func tell(_ tally: Tally, _ strangers: ImportedNumbers?) {
        guard let strangers else {
            return Terminal.say(
                json
                    ? #"{"accepted":\#(tally.accepted),"duplicate":\#(tally.duplicate),"refused":\#(tally.refusals.count)}"#
                    : "\(tally.accepted) accepted, \(tally.duplicate) duplicate, \(tally.refusals.count) refused")
        }
        if json {
            let members = #""accepted":\#(tally.accepted),"duplicate":\#(tally.duplicate),"refused":\#(tally.refusals.count),"left_out":\#(tally.leftOut)"#
            return Terminal.say("{\(members),\(strangers.json)}")
        }
        let done = check ? "\(tally.accepted) calls can be read" : "\(tally.accepted) calls accepted, \(tally.duplicate) duplicate"
        Terminal.say("\(done), \(tally.refusals.count) refused, \(tally.leftOut) left out by the map")
        for line in strangers.lines(isPublished: !check) { Terminal.say(line) }
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
            var rows = ImportedRows()
            while var batch = try lines.next(columns == nil ? Self.batch : Self.rowBatch) {
                if columns != nil { for place in batch.indices { rows.check(&batch[place]) } }
                if open == Self.depth, let done = try await group.next() {
                    tally.add(done)
                    open -= 1
                    Terminal.progress("\(tally.accepted + tally.duplicate) \(columns == nil ? "events" : "calls"), \(lines.percent)")
                }
                group.addTask { [batch, check] in try await Self.send(batch, model, client, isTrial: check) }
                open += 1
            }
            for try await done in group { tally.add(done) }
        }
        return tally
    }

    private static func send(_ batch: [NumberedLine], _ model: Request, _ client: MessageClient, isTrial: Bool) async throws -> Tally {
        var tally = Tally()
        var requests: [Request] = []
        /// Of each request, the line it is of.
        var lines: [Int] = []
        for (place, line) in batch.enumerated() {
            do throws(CallWireError) {
                let events = try line.events.get()
                var bodies: [[UInt8]] = []
                for event in events { bodies.append(try event.body(.protobuf)) }
                for (event, body) in zip(events, bodies) {
                    requests.append(model.with(body: body, id: RequestID(of: event, body)))
                    lines.append(place)
                }
                if let arrived = events.first(where: { $0.kind == .arrived }) { tally.numbers[arrived.to, default: 0] += 1 }
                if events.isEmpty { tally.leftOut += 1 } else if isTrial { tally.accepted += 1 }
            } catch {
                tally.refusals.append(Refused(line: line.number, reason: error.message))
            }
        }
        guard !isTrial else { return tally }
        // A line is new where one of its events is, and refused where one of them is.
        var isNew: Set<Int> = []
        var refused: Set<Int> = []
        for outcome in await outcomes(of: requests, client) {
            let line = lines[outcome.index]
            switch outcome.result {
            case .success(.accepted(let acceptance)) where acceptance.isDuplicate: continue
            case .success: isNew.insert(line)
            // The same stands in another line, and is on its way.
            case .failure(let error) where error.status == .alreadyExists: continue
            case .failure(let error) where [.unavailable, .deadlineExceeded].contains(error.status): throw error
            case .failure(let error):
                if refused.insert(line).inserted { tally.refusals.append(Refused(line: batch[line].number, reason: "\(error)")) }
            }
        }
        let sent = Set(lines).subtracting(refused)
        tally.accepted += sent.intersection(isNew).count
        tally.duplicate += sent.subtracting(isNew).count
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
    /// Rows of an export that are no calls of ours.
    var leftOut = 0
    /// Of an export, the calls to each number.
    var numbers: [String: Int] = [:]

    mutating func add(_ other: Tally) {
        accepted += other.accepted
        duplicate += other.duplicate
        refusals += other.refusals
        leftOut += other.leftOut
        numbers.merge(other.numbers, uniquingKeysWith: +)
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
