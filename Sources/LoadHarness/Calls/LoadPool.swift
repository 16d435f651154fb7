import MessageClient
import MessageWire

/// A pool of a run's own, each stage a process; or somebody's pool that runs already.
struct LoadPool {
    /// The front of the broker, or those of several with commas between.
    let front: String
    let back: String
    /// Nil: not ours to start.
    let crew: Crew?
    let directory: LoadDirectory
    private let routingWorkers: Int
    private let brokerFile: String?
    private let stop: StopFlag

    /// Starts broker and directory service: the others follow once the directory is applied, so that none of them turns the number away.
    ///
    /// - Parameter settings: the broker's file (wire.md §8).
    init(
        executable: String, directory: LoadDirectory = LoadDirectory(), routingWorkers: Int, parent: String?, settings: String? = nil, stop: StopFlag
    ) throws(LoadError) {
        let endpoints = try FreeEndpoints.take(2)
        (front, back) = (endpoints[0], endpoints[1])
        self.directory = directory
        self.routingWorkers = routingWorkers
        self.stop = stop
        let crew = try Crew(executable: executable, parent: parent)
        self.crew = crew
        brokerFile = settings.map { _ in crew.folder + "/broker.yaml" }
        do throws(LoadError) {
            if let settings, let brokerFile { try TextFile.write(settings, to: brokerFile) }
            try start("broker")
            try start("directory")
        } catch {
            crew.end()
            throw error
        }
    }

    init(running front: String, directory: LoadDirectory, stop: StopFlag) {
        self.directory = directory
        self.stop = stop
        self.front = front
        back = front
        brokerFile = nil
        crew = nil
        routingWorkers = 1
    }

    var fronts: [String] { front.split(separator: ",").map(String.init) }

    /// Starts a stage by its name: "broker", or a kind of worker and, where there are several, a number: "routing-2".
    func start(_ name: String) throws(LoadError) {
        guard let crew else { return }
        let data = ["--data", crew.folder + "/data"]
        if name == "broker" {
            try crew.start(name, ["broker", "--front", front, "--back", back] + data + (brokerFile.map { ["--config", $0] } ?? []))
        } else {
            let kind = name.split(separator: "-").filter { Int($0) == nil }.joined(separator: "-")
            try crew.start(name, ["worker", kind, "--broker", back] + data)
        }
    }

    /// Applies the directory, starts what is missing, and returns when a call is routed as it should be.
    func makeReady(_ client: MessageClient) async throws {
        try await apply(client)
        for number in 1...routingWorkers { try start("routing-\(number)") }
        try start("live-calls")
        try start("attribution")
        // An answer of the call log says that attribution is at work.
        let log: JSON = ["limit": 1]
        _ = try await patiently { try await client.call(
            "trunkline.v1.CallLog/Unmatched", log.utf8, contentType: "application/json", timeout: .seconds(2), idempotent: true, waitForReady: true) }
        let backlog = PoolBacklog(client: client)
        _ = try await patiently { () throws in
            guard try await backlog.workers(of: "trunkline.v1.Routing") >= routingWorkers,
                try await backlog.workers(of: "trunkline.v1.LiveCalls") > 0
            else {
                try await ContinuousClock().sleep(for: .milliseconds(20))
                throw CallError(.unavailable, "not every worker is there yet")
            }
        }
        try await probe(client)
        if directory.flow == .limits { try await resetLimits(client) }
    }

    /// What the limits have counted until now counts no more.
    func resetLimits(_ client: MessageClient) async throws {
        let request: JSON = ["account": .string(LoadDirectory.account), "destination_id": .string(LoadDirectory.scarce)]
        _ = try await patiently { try await client.call(
            "trunkline.v1.LiveCalls/ResetLimits", request.utf8, contentType: "application/json", timeout: .seconds(2), idempotent: true,
            waitForReady: true) }
    }

    private func apply(_ client: MessageClient) async throws {
        let request: JSON = ["document": .string(directory.document)]
        let reply = try await patiently { try await client.call(
            "trunkline.v1.Directory/Apply", request.utf8, contentType: "application/json", timeout: .seconds(2), idempotent: true, waitForReady: true) }
        guard let json = reply.body.withUnsafeBytes({ JSON($0) }), json["version"]?.integer != nil else {
            let words = String(decoding: reply.body.prefix(400), as: UTF8.self)
            throw LoadError(.conduct, "the directory of the load account was not applied: \(words)")
        }
    }

    /// In a row, so that each routing worker has very likely answered one.
    private func probe(_ client: MessageClient) async throws {
        let bodies = try CallBodies(ids: CallIDs(run: 0))
        let clock = ContinuousClock()
        // Twice what a new directory may take to go live (directory.md).
        let end = clock.now + .seconds(4)
        var inRow = 0
        var number = 0
        while inRow < 20 * routingWorkers {
            guard clock.now < end || inRow > 0 else {
                throw LoadError(.conduct, "calls are answered, but not by the directory that was applied")
            }
            let body = bodies.routeCall(number)
            let reply = try await patiently { try await client.call(
                "trunkline.v1.Routing/RouteCall", body, timeout: .seconds(2), idempotent: true, waitForReady: true) }
            if case .right = CallTally.Answer(reply.body, directory) { inRow += 1 } else { inRow = 0 }
            number += 1
        }
    }

    /// Tries again for 20 seconds, for as long as no process of the run has ended.
    private func patiently<Answer>(_ ask: () async throws -> Answer) async throws -> Answer {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(20)
        while true {
            do {
                return try await ask()
            } catch let error as CallError where error.status == .unavailable || error.status == .deadlineExceeded {
                try crew?.checkAll()
                if stop.isRaised { throw LoadError(.unreachable, "stopped before the pool was ready: nothing was measured") }
                guard clock.now < end else {
                    let whose = crew == nil ? "the pool at \(front)" : "the pool of this run"
                    throw LoadError(.unreachable, "\(whose) is not ready after 20 s: \(error)", cause: crew?.processes.first?.lastWords)
                }
            }
        }
    }
}
