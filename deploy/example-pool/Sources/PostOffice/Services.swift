import MessageWire
import MessageWorker
import SwiftProtobuf
import Synchronization

/// Pure, takes microseconds: on the connection's own thread, with typed bodies.
let postageService: PoolService = {
    var methods = InlineMethods()
    methods.add("Quote", decode: decode, encode: encode) { (letter: Letter, _) in
        guard letter.grams <= 2000 else { throw HandlerError(.outOfRange, "a letter has 2000 g at most") }
        var price = Price()
        price.cents = 60 + letter.grams
        return price
    }
    return .inline("postoffice.v1.Postage", methods: methods)
}()

/// Durable: what it returns decides whether a letter is settled, tried again or dead.
func lettersService(roads: Roads) -> PoolService {
    .concurrent("postoffice.v1.Letters", concurrency: 16) { task in
        guard task.isFor("Send") else { return .failed(.unimplemented, "the service has no such method") }
        let letter: Letter = try body(of: task)
        guard roads.deliver(letter, once: task.id) else {
            print("  attempt \(task.attempt): no road to \(letter.town)")
            return .failed(.unavailable, "no road to \(letter.town)")
        }
        return .done()
    }
}

/// A reply in parts: `send` waits while the broker is behind, and throws where nobody reads any more.
let trackingService = PoolService.streaming("postoffice.v1.Tracking") { task, parts in
    let letter: Letter = try body(of: task)
    for place in ["letter box", "sorting office", letter.town] {
        var sighting = Sighting()
        sighting.place = place
        try await parts.send(encode(sighting, task.format))
    }
    return .done()
}

/// Where letters go. A task may come twice, so what is delivered is kept under its id: here in memory, elsewhere in the database
/// that the work itself goes to, in the same transaction.
final class Roads: Sendable {
    private let delivered = Mutex<Set<RequestID>>([])

    /// Whether it is there, now or since earlier.
    func deliver(_ letter: Letter, once id: RequestID) -> Bool {
        guard letter.town != "Atlantis" else { return false }
        if delivered.withLock({ $0.insert(id).inserted }) { print("  delivered to \(letter.recipient) in \(letter.town)") }
        return true
    }
}

/// - Throws: `HandlerError` INVALID_ARGUMENT, a declared failure; a durable request that fails so is dead at once.
private func body<Body: Message>(of task: PoolTask) throws -> Body {
    do {
        return try task.withBody { try decode($0, task.format) }
    } catch {
        throw HandlerError(.invalidArgument, "the body is no \(Body.protoMessageName)")
    }
}

/// The producer chooses between protobuf and its JSON; the reply follows.
private func decode<Body: Message>(_ bytes: UnsafeRawBufferPointer, _ format: BodyFormat) throws -> Body {
    format == .json ? try Body(jsonUTF8Bytes: Array(bytes)) : try Body(serializedBytes: Array(bytes))
}

private func encode(_ body: some Message, _ format: BodyFormat) throws -> [UInt8] {
    format == .json ? try body.jsonUTF8Bytes() : try body.serializedBytes()
}
