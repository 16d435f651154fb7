/// The body of WELCOME: what a broker promises a session (wire.md §2).
public struct Welcome: Hashable, Sendable {
    public var broker: String
    /// Grows by one at each start of the broker.
    public var epoch: UInt64
    public var heartbeatMilliseconds: Int64
    /// Bytes.
    public var maxBody: Int
    public var maxFrame: Int
    /// Requests one connection may have open.
    public var window: Int
    /// fsync or memory.
    public var durability: String
    /// Whether the broker understands BATCH.
    public var batch: Bool

    public init(
        broker: String, epoch: UInt64, heartbeatMilliseconds: Int64, maxBody: Int, maxFrame: Int, window: Int, durability: String,
        batch: Bool = true
    ) {
        self.broker = broker
        self.epoch = epoch
        self.heartbeatMilliseconds = heartbeatMilliseconds
        self.maxBody = maxBody
        self.maxFrame = maxFrame
        self.window = window
        self.durability = durability
        self.batch = batch
    }

    /// Nil where the body is not a WELCOME's.
    public init?(_ body: UnsafeRawBufferPointer) {
        guard let json = JSON(body), let broker = json["broker"]?.string, let epoch = json["epoch"]?.integer, epoch >= 0,
            let heartbeat = json["heartbeat_ms"]?.integer, heartbeat > 0, let maxBody = json["max_body"]?.integer,
            let maxFrame = json["max_frame"]?.integer, let window = json["window"]?.integer, let durability = json["durability"]?.string
        else { return nil }
        self.init(
            broker: broker, epoch: UInt64(epoch), heartbeatMilliseconds: heartbeat, maxBody: Int(clamping: maxBody),
            maxFrame: Int(clamping: maxFrame), window: Int(clamping: window), durability: durability,
            batch: json["batch"]?.bool ?? false)
    }

    public var json: JSON {
        [
            "broker": .string(broker), "epoch": .integer(Int64(clamping: epoch)), "heartbeat_ms": .integer(heartbeatMilliseconds),
            "max_body": .integer(Int64(maxBody)), "max_frame": .integer(Int64(maxFrame)), "window": .integer(Int64(window)),
            "durability": .string(durability), "batch": .bool(batch),
        ]
    }
}
