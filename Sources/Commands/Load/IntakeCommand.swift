import ArgumentParser
import LoadHarness

/// `trunkline load intake`: durable requests into a broker, and what keeping them costs (performance.md P9, P10).
struct IntakeCommand: HouseCommand {
    static let configuration = CommandConfiguration(
        commandName: "intake", abstract: "Durable requests that nobody serves yet: rate, memory, restart and settling.",
        discussion: """
            Starts a broker of its own on free ports of loopback, with its journal on the disk to be measured, and ends it. With --restart the
            broker is killed (-9) on what it accepted and timed until it serves again; with --drain a worker then settles everything.
            """)

    @OptionGroup var common: VerbosityOptions

    @Option(name: .long, help: "How long requests are sent.")
    var seconds = 10.0

    @Option(name: .long, help: "How many requests are sent, in place of a time.")
    var count: Int?

    @Option(name: .long, help: "Bytes of a body.")
    var body = 200

    @Option(name: .long, help: "Connections of the producer, each with a window of the broker's (1024).")
    var connections = 1

    @Option(name: .long, help: "Requests to a BATCH.")
    var batch = 256

    @Option(name: .long, help: "Where the broker keeps its data, on the disk to be measured (default: TMPDIR, else /tmp).")
    var data: String?

    @Flag(name: .long, help: "Kill the broker afterwards, and start it again on what it has.")
    var restart = false

    @Flag(name: .long, help: "Settle everything at the end.")
    var drain = false

    @Flag(name: .long, help: "One JSON document in place of a table.")
    var json = false

    func validate() throws {
        guard seconds > 0, seconds <= 86_400 else { throw ValidationError("--seconds \(seconds): give a time from 0 to 86400") }
        if let count, !(1...1_000_000_000 ~= count) { throw ValidationError("--count \(count): give a number from 1 to 1000000000") }
        // What a BATCH of them may weigh (wire.md §2, max_frame).
        guard 0...65_536 ~= body else { throw ValidationError("--body \(body): give bytes from 0 to 65536") }
        guard 1...64 ~= connections else { throw ValidationError("--connections \(connections): give a number from 1 to 64") }
        guard 1...1024 ~= batch else { throw ValidationError("--batch \(batch): give a number from 1 to 1024 (the broker's window)") }
        guard batch * (body + 200) <= 4 << 20 else {
            throw ValidationError("--batch \(batch) of --body \(body): more than the 4 MiB that a broker takes in one frame; give a smaller batch")
        }
    }

    func execute() async throws {
        let length = count.map { HopProducer.Length.messages($0) } ?? .seconds(seconds)
        let report = try await LoadRun.guarded { [body, connections, batch, data, restart, drain] stop in
            let run = IntakeRun(
                executable: try OwnExecutable.path(), length: length, bodyBytes: body, connections: connections, batch: batch, parent: data,
                restarts: restart, drains: drain)
            return try await run.run(stop: stop) { Terminal.progress($0) }
        }
        Terminal.endProgress()
        LoadRun.show(report.text, report.json, asJSON: json)
        if !report.holds { throw CommandFailure(.failed, "not every request that was sent is there") }
    }
}
