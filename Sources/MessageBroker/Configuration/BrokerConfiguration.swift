/// What a broker is told at its start: wire.md §8 with its defaults. Durations in milliseconds, sizes in bytes.
public struct BrokerConfiguration: Hashable, Sendable {
    public enum Durability: String, Hashable, Sendable, CaseIterable {
        /// Accepted is on disk.
        case fsync
        /// Accepted is in memory only.
        case memory
    }

    public var front = ["tcp://127.0.0.1:7570"]
    public var back = ["tcp://127.0.0.1:7571"]
    /// The data folder; the journal is in `broker/` below it.
    public var data = "./trunkline-data"
    public var heartbeat: Int64 = 1_000
    /// Of Majordomo workers.
    public var mdpHeartbeat: Int64 = 2_500
    public var maxBody = 1 << 20
    public var maxFrame = 4 << 20
    /// Requests of one connection that wait for their answer.
    public var window = 1_024
    public var durability = Durability.fsync
    /// How long the id of an ended request is remembered.
    public var dedupeWindow: Int64 = 24 * 3_600_000
    /// Memory for remembered unary responses.
    public var dedupeReplies = 64 << 20
    /// Ids of ended durable requests that are remembered.
    public var dedupeIDs = 20_000_000
    public var peers = 1_024
    /// Services that workers may bring with them.
    public var undeclaredServices = 0
    /// With less free disk than this, durable requests are refused.
    public var diskReserve = 256 << 20
    /// Resident memory of the process.
    public var memoryLimit = 2 << 30
    public var services: [String: ServicePolicy] = [:]

    public init() {}
}
