public import MessageWire
import MessageConnection

/// One logical request: what is asked, how long an answer is worth waiting for, and the id it keeps through every resend.
///
/// Path and entries are encoded once; `with(body:id:)` makes the next request of the same kind without encoding them again.
public struct Request: Sendable {
    enum Kind: Hashable, Sendable {
        case unary(idempotent: Bool)
        case durable
        case query
    }

    /// The idempotency key (wire.md §3).
    public private(set) var id: RequestID
    public private(set) var body: [UInt8]
    let kind: Kind
    /// Path and entries, encoded.
    let metadata: [UInt8]
    let waitsForReady: Bool
    /// Milliseconds.
    let timeout: Int64
    let timeToLive: UInt32
    /// When it is sent again; nil: as the client does.
    public var retryPolicy: RetryPolicy?
    /// Whether it is meant for one broker alone.
    var isPinned = false

    private init(kind: Kind, id: RequestID, metadata: [UInt8], body: [UInt8], waitsForReady: Bool, timeout: Duration, timeToLive: Duration?) {
        self.kind = kind
        self.id = id
        self.metadata = metadata
        self.body = body
        self.waitsForReady = waitsForReady
        self.timeout = timeout.milliseconds
        self.timeToLive = timeToLive.map { UInt32(clamping: max(1, $0.milliseconds)) } ?? 0
    }

    /// A request that is answered by a worker.
    ///
    /// - Parameters:
    ///   - path: `package.Service/Method`.
    ///   - idempotent: whether a worker may see it twice. Only then is it sent again where an answer may be lost, as
    ///     ``retryPolicy`` says.
    ///   - waitForReady: whether it waits for a worker, or for the broker, instead of failing at once.
    /// - Throws: `CallError` INVALID_ARGUMENT where the path or an entry breaks a rule of wire.md §1.
    public static func unary(
        _ path: String, _ body: [UInt8] = [], contentType: String? = nil, metadata: [(key: String, value: String)] = [],
        timeout: Duration = .seconds(5), idempotent: Bool = false, waitForReady: Bool = false, id: RequestID = RequestIDs.next()
    ) throws(CallError) -> Request {
        Request(
            kind: .unary(idempotent: idempotent), id: id, metadata: try encode(path, contentType, metadata), body: body,
            waitsForReady: waitForReady, timeout: timeout, timeToLive: nil)
    }

    /// A request that the broker keeps until it is done.
    ///
    /// - Parameters:
    ///   - timeout: how long to try until the broker has it. It is sent again, under the same id, as often as that takes.
    ///   - timeToLive: how long it is worth working on; without one, for ever.
    /// - Throws: `CallError` INVALID_ARGUMENT where the path or an entry breaks a rule of wire.md §1.
    public static func durable(
        _ path: String, _ body: [UInt8] = [], contentType: String? = nil, metadata: [(key: String, value: String)] = [],
        timeout: Duration = .seconds(30), timeToLive: Duration? = nil, id: RequestID = RequestIDs.next()
    ) throws(CallError) -> Request {
        Request(
            kind: .durable, id: id, metadata: try encode(path, contentType, metadata), body: body, waitsForReady: true,
            timeout: timeout, timeToLive: timeToLive)
    }

    static func query(_ id: RequestID, timeout: Duration) -> Request {
        var query = Request(kind: .query, id: id, metadata: [], body: [], waitsForReady: true, timeout: timeout, timeToLive: nil)
        query.isPinned = true
        return query
    }

    /// Another request like this one.
    public func with(body: [UInt8], id: RequestID = RequestIDs.next()) -> Request {
        var request = self
        request.body = body
        request.id = id
        return request
    }

    private static func encode(
        _ path: String, _ contentType: String?, _ entries: [(key: String, value: String)]
    ) throws(CallError) -> [UInt8] {
        do {
            var block = try MetadataBlock(path: path)
            if let contentType { try block.append("content-type", contentType) }
            for (key, value) in entries { try block.append(key, value) }
            return block.bytes
        } catch {
            throw CallError(.invalidArgument, "\(error.rawValue) in a request for \"\(path)\": see wire.md section 1 for what is allowed")
        }
    }

    /// Whether sending it twice to one broker does no harm.
    var isRepeatable: Bool { kind != .unary(idempotent: false) }

    /// Whether it may go to another broker though this one was sent it: that one knows nothing of its id (interfaces.md §3).
    var isIdempotent: Bool { kind == .unary(idempotent: true) }

    var isUnary: Bool {
        if case .unary = kind { true } else { false }
    }

    var flags: MessageFlags {
        var flags: MessageFlags = waitsForReady ? .waitForReady : []
        switch kind {
        case .unary(let idempotent): if idempotent { flags.insert(.idempotent) }
        case .durable: flags = .durable
        case .query: flags = []
        }
        return flags
    }

    /// Nobody waits any more, so it is never sent again.
    mutating func forgetBody() { body = [] }
}
