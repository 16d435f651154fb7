import ArgumentParser
import Glibc
import LoadHarness

/// `trunkline load hop`: the broker itself, against the plain forwarder in the same run (performance.md P1).
struct HopCommand: HouseCommand {
    static let configuration = CommandConfiguration(
        commandName: "hop", abstract: "A unary echo through a broker: one producer, one worker.",
        discussion: "Starts a broker and a worker of its own on free ports of loopback, and ends them.")

    @OptionGroup var common: VerbosityOptions

    @Option(name: .long, help: "Requests out at once; several, by commas, are measured in turn.")
    var window = "256"

    @Option(name: .long, help: "Bytes of a body.")
    var body = 200

    @Option(name: .long, help: "Length of one measurement in seconds.")
    var seconds = 3.0

    @Option(name: .long, help: "Length of one measurement in requests, in place of seconds.")
    var messages: Int?

    @Option(name: .long, help: "The forwarder of Tests/Benchmarks (make -C Tests/Benchmarks): measured in turn, and compared.")
    var forwarder: String?

    @Option(name: .long, help: "How often everything is started and measured; figures are medians. Default 5 with a forwarder, else 1.")
    var rounds: Int?

    @Flag(name: .long, help: "One JSON document in place of a table.")
    var json = false

    func validate() throws {
        guard let windows, windows.allSatisfy({ 1...1024 ~= $0 }) else {
            throw ValidationError("--window \(window): give numbers from 1 to 1024 (the broker's window), e.g. 256,1")
        }
        guard 0...(1 << 20) ~= body else { throw ValidationError("--body \(body): give bytes from 0 to 1048576") }
        guard seconds > 0, seconds <= 86_400 else { throw ValidationError("--seconds \(seconds): give a time from 0 to 86400") }
        if let messages, messages < 1 { throw ValidationError("--messages \(messages): give a number from 1 up") }
        if let rounds, !(1...1000 ~= rounds) { throw ValidationError("--rounds \(rounds): give a number from 1 to 1000") }
    }

    private var windows: [Int]? {
        let numbers = window.split(separator: ",").map { Int($0) }
        return numbers.isEmpty || numbers.contains(nil) ? nil : numbers.compactMap { $0 }
    }

    func execute() async throws {
        if let forwarder, access(forwarder, X_OK) != 0 {
            throw CommandFailure(.noSuchFile, "--forwarder \(forwarder): no such program; build it with make -C Tests/Benchmarks")
        }
        let length = messages.map { HopProducer.Length.messages($0) } ?? .seconds(seconds)
        let rounds = rounds ?? (forwarder == nil ? 1 : 5)
        let report = try await LoadRun.guarded { [windows, forwarder, body] stop in
            let run = HopRun(
                executable: try OwnExecutable.path(), forwarder: forwarder, windows: windows ?? [], bodyBytes: body, length: length, rounds: rounds)
            return try await run.run(stop: stop) { Terminal.progress($0) }
        }
        Terminal.endProgress()
        LoadRun.show(report.text, report.json, asJSON: json)
        if !report.holds { throw CommandFailure(.failed, "not every request was answered as it should be") }
    }
}

/// `trunkline load echo-worker`: the far end of a hop, a process of its own.
struct EchoWorkerCommand: HouseCommand {
    static let configuration = CommandConfiguration(commandName: "echo-worker", abstract: "The worker of load hop.", shouldDisplay: false)

    @OptionGroup var common: VerbosityOptions

    @Option(name: .long, help: "The broker's back.")
    var broker = "tcp://127.0.0.1:7571"

    @Option(name: .long, help: "The service it serves.")
    var service = HopRun.service

    func execute() async throws {
        try await LoadRun.guarded { [broker, service] stop in
            let failure = try await EchoWorker(endpoint: broker, service: service).runOnThread(until: stop)
            if let failure { throw failure }
        }
    }
}
