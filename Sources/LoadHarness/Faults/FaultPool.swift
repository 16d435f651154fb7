import Foundation
import Glibc
import Threads

/// The processes that faults happen to.
struct FaultPool: Sendable {
    /// Short heartbeats: what a stopped process does to the others is over sooner. Few replies are kept, so that memory has a baseline.
    private static let settings = "heartbeat: 500ms\ndedupe_replies: 1MiB\n"
    private static let window = 16
    /// Between two rests there are more calls than this, and the limit is reset at each.
    static let directory = LoadDirectory(flow: .limits, scarceMax: 200)

    let pool: LoadPool
    let crew: Crew
    private let run: UInt32

    init(executable: String, parent: String?, run: UInt32, stop: StopFlag) throws(LoadError) {
        pool = try LoadPool(
            executable: executable, directory: Self.directory, routingWorkers: 2, parent: parent, settings: Self.settings, stop: stop)
        // Made by every pool that is started here.
        guard let crew = pool.crew else { throw LoadError(.system, "the pool of the run has no processes") }
        self.crew = crew
        self.run = run
    }

    /// kill -9 of each.
    func kill(_ parts: [FaultPart]) async throws {
        try await Thread.run(named: "load-kill") { for part in parts { crew.kill(part.rawValue) } }
    }

    /// Another process in its place.
    func start(_ part: FaultPart) throws(LoadError) { try pool.start(part.rawValue) }

    func startProducer(first: Int) throws(LoadError) -> ProducerLink {
        let (here, there) = try DescriptorPair.open()
        defer { close(there) }
        let link = ProducerLink(here)
        try crew.start(
            FaultPart.producer.rawValue,
            ["load", "call-producer", "--broker", pool.front, "--run", String(run), "--first", String(first), "--window", String(Self.window)],
            input: there)
        return link
    }

    func signal(_ parts: [FaultPart], _ signal: Int32) {
        for child in crew.processes where parts.contains(where: { $0.rawValue == child.name }) { child.ask(signal) }
    }

    /// What the broker keeps is gone: the fault that no pool survives.
    func loseJournal() throws(LoadError) {
        do {
            try FileManager.default.removeItem(atPath: crew.folder + "/data/broker")
        } catch {
            throw LoadError(.system, "the journal in \(crew.folder)/data/broker cannot be removed: \(error)")
        }
    }

    /// Those that ended though nobody killed them, each with the end of its log.
    var ended: [String] {
        crew.processes.filter(\.hasEnded).map { "the process \($0.name) has ended by itself; its log ends: \($0.lastWords)" }
    }

    var footprints: [FaultPart: ProcessFootprint] {
        var footprints: [FaultPart: ProcessFootprint] = [:]
        for child in crew.processes {
            guard let part = FaultPart(rawValue: child.name) else { continue }
            footprints[part] = ProcessFootprint(of: child.id)
        }
        return footprints
    }
}

/// The run's end of the line to one producer.
struct ProducerLink: Sendable {
    private let channel: LineChannel
    private let over: AsyncStream<Void>
    private let finish: AsyncStream<Void>.Continuation

    init(_ descriptor: Int32) {
        channel = LineChannel(descriptor)
        (over, finish) = AsyncStream.makeStream()
    }

    /// Writes down what the producer says, until it is gone.
    func listen(_ score: FaultScore) async throws {
        defer { finish.finish() }
        try await Thread.run(named: "load-notes") { [channel] in
            channel.read { score.note($0.compactMap { ProducerNote($0) }) }
        }
    }

    /// Until all that a killed producer said is written down.
    func ended() async { for await _ in over {} }

    func order(_ order: ProducerOrder) { channel.write([order.rawValue]) }
    func close() { channel.end() }
}
