import Glibc
import MessageClient
import MessageWire

/// A pool whose every stage is a process of its own, and a producer beside it.
struct ScatteredPool {
    enum Part: String, CaseIterable {
        case broker, firstRouting, secondRouting, attribution, directory, producer
    }

    let folder: PoolFolder
    private var programs: [Part: Program] = [:]
    /// Every producer there was.
    private(set) var producers: [(prefix: String, program: Program)] = []

    init(_ folder: PoolFolder) throws {
        self.folder = folder
        // A producer begins when the directory is in force.
        for part in Part.allCases where part != .producer { try start(part) }
    }

    /// kill -9, and at once another in its place.
    mutating func replace(_ part: Part) async throws {
        await kill(part)
        try start(part)
    }

    /// kill -9 of all there is before anything is started again.
    mutating func replaceAll() async throws {
        for program in programs.values { program.send(SIGKILL, group: true) }
        for program in programs.values { _ = await program.ended() }
        for part in Part.allCases { try start(part) }
    }

    /// kill -9, and none in its place.
    mutating func kill(_ part: Part) async { await programs.removeValue(forKey: part)?.killed(group: true) }

    mutating func start(_ part: Part) throws {
        switch part {
        case .broker: programs[part] = try folder.startBroker()
        case .firstRouting: programs[part] = try folder.startWorker("routing", "--instance", "first")
        case .secondRouting: programs[part] = try folder.startWorker("routing", "--instance", "second")
        case .attribution: programs[part] = try folder.startWorker("attribution")
        case .directory: programs[part] = try folder.startWorker("directory")
        case .producer:
            // A line on standard output is an answer that this producer saw.
            let prefix = "producer-\(producers.count)-"
            let loop = #"i=0; while :; do "$0" route --to \#(Sample.radio) --from \#(Sample.caller) --call-id \#(prefix)$i --json; i=$((i+1)); done"#
            let program = try folder.start(
                ["-c", loop, Program.executable], variables: ["TRUNKLINE_BROKER": folder.front], executable: "/bin/sh")
            programs[part] = program
            producers.append((prefix, program))
        }
    }

    /// Until the part that was started last does its work.
    func waitFor(_ part: Part, _ client: MessageClient) async throws {
        guard let id = programs[part]?.id else { return }
        switch part {
        case .broker: _ = try await client.answered("trunkline.pool.v1.Admin/Status", [:])
        case .firstRouting: try await client.waitForPeer("first-\(id)")
        case .secondRouting: try await client.waitForPeer("second-\(id)")
        case .attribution: _ = try await client.answered("trunkline.v1.CallLog/ListCalls", ["limit": 1])
        case .directory: _ = try await client.answered("trunkline.v1.Directory/Changes", ["have": [:], "wait_ms": 0])
        case .producer:
            // Its second call is recorded: the answer to the first has been printed.
            guard let prefix = producers.last?.prefix else { return }
            try await untilTrue("the producer's calls") {
                (try? await client.answered("trunkline.v1.CallLog/GetCall", ["call_id": .string(prefix + "1")])) != nil
            }
        }
    }

    /// Ids of the calls that producers saw answered, and of those they may have begun besides.
    var producersCalls: (answered: [String], begun: [String]) {
        var answered: [String] = []
        var begun: [String] = []
        for (prefix, program) in producers {
            let lines = program.outputSoFar.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            answered += lines.compactMap { JSON(String($0))?["call_id"]?.string }
            // One that failed prints on standard error and the loop goes on.
            let failed = program.errorsSoFar.split(separator: "\n").count
            begun += (0...(lines.count + failed)).map { prefix + "\($0)" }
        }
        return (answered, begun)
    }
}
