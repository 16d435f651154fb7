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

    @Argument(help: "The file (NDJSON, or CSV where it ends in .csv), - for standard input, whose lines are published as they come.")
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
        let (tally, failure, strangers) = try await pool.withPool(common) { client in
            guard let lines = lines.take() else { return (PublishTally(), nil as CommandFailure?, nil as ImportedNumbers?) }
            let (tally, failure) = try await publish(lines, client)
            return (tally, failure, map == nil || failure != nil ? nil : await ImportedNumbers(tally.numbers, account: pool.accountName, client))
        }
        Terminal.endProgress()
        for refusal in tally.refusals.sorted(by: { $0.line < $1.line }) { Terminal.complain("\(file):\(refusal.line): \(refusal.reason)") }
        let refused = tally.refusals.count
        if failure == nil || tally.accepted + tally.duplicate + refused > 0 { tell(tally, strangers) }
        if let failure { throw failure }
        guard refused > 0 else { return }
        throw CommandFailure(.badInput, "\(refused) line\(refused == 1 ? " was" : "s were") refused; correct and publish the file again")
    }

    private func tell(_ tally: PublishTally, _ strangers: ImportedNumbers?) {
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

    /// What became of the lines, also of those before a failure.
    private func publish(_ lines: consuming EventLines, _ client: MessageClient) async throws -> (PublishTally, CommandFailure?) {
        if client.endpoints.count > 1 {
            // An event that was published before finds the broker that knows it only where that one is known to answer.
            for broker in client.endpoints { _ = try? await client.admin("Status", timeout: .seconds(3), broker: broker) }
        }
        let model = try Request.durable(ServiceName.callEvents + "/Publish", timeout: .seconds(60))
        let endpoint = try pool.endpoint
        var lines = lines
        var tally = PublishTally()
        var failure: CommandFailure?
        await withTaskGroup(of: Sent.self) { group in
            /// The requests on their way: an event told again waits until they have arrived.
            var open: Set<RequestID> = []
            var batches = 0
            func settle() async {
                guard let sent = await group.next() else { return }
                batches -= 1
                open.subtract(sent.ids)
                switch sent.result {
                case .success(let done): tally.add(done)
                case .failure(let error):
                    guard failure == nil else { return }
                    failure = CommandFailure(error, endpoint: endpoint)
                    // An event has the same request id each time.
                    failure?.message += "; publish the file again to go on, what has arrived counts once"
                }
                Terminal.progress("\(tally.accepted + tally.duplicate) \(columns == nil ? "events" : "calls"), \(lines.percent)")
            }
            do throws(CommandFailure) {
                var rows = ImportedRows()
                while failure == nil, var batch = try await lines.next(columns == nil ? Self.batch : Self.rowBatch) {
                    if columns != nil { for place in batch.indices { rows.check(&batch[place]) } }
                    let events = PreparedEvents(batch, model, isTrial: check)
                    while batches == Self.depth || batches > 0 && !open.isDisjoint(with: events.ids) { await settle() }
                    open.formUnion(events.ids)
                    batches += 1
                    group.addTask { await Sent(events, client) }
                }
            } catch {
                failure = error
            }
            while batches > 0 { await settle() }
        }
        return (tally, failure)
    }
}

/// A batch that has been sent.
private struct Sent: Sendable {
    var ids: [RequestID]
    var result: Result<PublishTally, CallError>

    init(_ events: PreparedEvents, _ client: MessageClient) async {
        ids = Array(events.ids)
        do throws(CallError) { result = .success(try await events.send(client)) } catch { result = .failure(error) }
    }
}
