import MessageWire

/// The methods of a service that is served inline, each with its own types.
///
/// The bytes are decoded where they lie. A body that cannot be decoded is INVALID_ARGUMENT, an unknown method UNIMPLEMENTED.
public struct InlineMethods: Sendable {
    private var methods: [(name: String, handle: @Sendable (borrowing TaskView) throws -> TaskOutcome)] = []

    public init() {}

    /// - Parameters:
    ///   - decode: gets the body, valid only inside the call, and how it is encoded.
    ///   - encode: gets the reply and how the request was encoded, which the reply has to follow.
    public mutating func add<Input, Output>(
        _ method: String, decode: @escaping @Sendable (UnsafeRawBufferPointer, BodyFormat) throws -> Input,
        encode: @escaping @Sendable (Output, BodyFormat) throws -> [UInt8],
        _ handle: @escaping @Sendable (Input, borrowing TaskView) throws -> Output
    ) {
        methods.append(
            (
                method,
                { task in
                    let format = task.format
                    let input = try task.withBody { try decoded($0, format, decode) }
                    return .done(try encode(try handle(input, task), format))
                }
            ))
    }

    func handle(_ task: borrowing TaskView) throws -> TaskOutcome {
        for method in methods where task.isFor(method.name) { return try method.handle(task) }
        return .failed(.unimplemented, "the service has no such method")
    }
}

/// As `InlineMethods`, for handlers that await.
public struct ConcurrentMethods: Sendable {
    private var methods: [(name: String, handle: @Sendable (PoolTask) async throws -> TaskOutcome)] = []

    public init() {}

    public mutating func add<Input: Sendable, Output: Sendable>(
        _ method: String, decode: @escaping @Sendable (UnsafeRawBufferPointer, BodyFormat) throws -> Input,
        encode: @escaping @Sendable (Output, BodyFormat) throws -> [UInt8],
        _ handle: @escaping @Sendable (Input, PoolTask) async throws -> Output
    ) {
        methods.append(
            (
                method,
                { task in
                    let format = task.format
                    let input = try task.withBody { try decoded($0, format, decode) }
                    return .done(try encode(try await handle(input, task), format))
                }
            ))
    }

    func handle(_ task: PoolTask) async throws -> TaskOutcome {
        for method in methods where task.isFor(method.name) { return try await method.handle(task) }
        return .failed(.unimplemented, "the service has no such method")
    }
}

extension PoolService {
    public static func inline(_ name: String, concurrency: Int = 512, methods: InlineMethods) -> PoolService {
        .inline(name, concurrency: concurrency) { task in try methods.handle(task) }
    }

    public static func concurrent(_ name: String, concurrency: Int = 64, methods: ConcurrentMethods) -> PoolService {
        .concurrent(name, concurrency: concurrency) { task in try await methods.handle(task) }
    }
}

private func decoded<Input>(
    _ body: UnsafeRawBufferPointer, _ format: BodyFormat, _ decode: (UnsafeRawBufferPointer, BodyFormat) throws -> Input
) throws -> Input {
    do {
        return try decode(body, format)
    } catch let error as HandlerError {
        throw error
    } catch {
        throw HandlerError(.invalidArgument, "the body cannot be decoded; is its content-type right?")
    }
}
