import MessageWire

/// What the machine gives without the pool's work, in the same run and at the same rate: a bare hop through the same broker, and one synced write
/// (performance.md P4).
package struct Yardstick: Sendable {
    /// Three seconds at a thousand a second: enough for a median.
    private static let mostHops = 3000

    package var hop: LatencySummary
    package var sync: LatencySummary

    /// Sends one request after the other, each at its moment or, where the answer before was late, at once.
    ///
    /// - Parameters:
    ///   - front: of a broker that has the echo service of a hop.
    ///   - rate: requests a second.
    /// - Returns: nil where the run was stopped first.
    /// - Throws: `LoadError` where the echo does not answer, or the disk cannot be written to.
    static func measure(front: String, back: String, _ crew: Crew, rate: Double, stop: StopFlag) throws(LoadError) -> Yardstick? {
        try crew.start("echo-worker", ["load", "echo-worker", "--broker", back, "--service", HopRun.service])
        var producer = try HopProducer(endpoint: front, path: HopRun.service + "/Echo", bodyBytes: 200)
        guard try producer.waitForWorker(stop: stop, check: { () throws(LoadError) in try crew.checkAll() }) else { return nil }
        var schedule = ArrivalSchedule(rate: rate, spacing: .constant, seed: 0)
        var hops = Latencies()
        let began = Stopwatch.now()
        for _ in 0..<max(1, min(Self.mostHops, Int(rate * 3))) {
            guard !stop.isRaised else { return nil }
            Stopwatch.wait(until: began + schedule.next())
            guard let time = try producer.once() else {
                throw LoadError(.conduct, "an echo through the pool's broker was not answered as it should be")
            }
            hops.record(time)
        }
        return Yardstick(hop: hops.summary, sync: try SyncProbe.measure(in: crew.folder).summary)
    }

    /// What an answer that waits for the disk, or does not, is held against: microseconds.
    func p50(_ tee: CallsRun.Tee) -> Double { tee == .early ? hop.p50 : hop.p50 + sync.p50 }

    var json: JSON { ["hop": hop.json, "fdatasync": sync.json] }
}
