import Logging
import MessageConnection
import MessageTesting
import MessageWire
import Testing
import Threads
import ZeroMQ

/// A peer that does nothing, leaves when told, and remembers.
private final class Witness: Peer {
    let mailbox: Mailbox<Bool>
    var isIdle: Bool { mailbox.isEmpty }
    private var commands: [Bool] = []

    init(_ mailbox: Mailbox<Bool>) { self.mailbox = mailbox }

    func opened(_ welcome: Welcome, _ outbox: Outbox, now: Int64) {}
    func lost(now: Int64) {}
    func unavailable(_ reason: Unavailability, now: Int64) {}
    func received(_ message: borrowing Incoming, _ outbox: Outbox, now: Int64) {}
    func turn(_ outbox: Outbox, isOpen: Bool, now: Int64) -> Turn {
        mailbox.take(into: &commands)
        return commands.isEmpty ? .goOn(until: .max) : .leave
    }
    func ended() {}
}

@Suite("A connection", .mayBlock, .timeLimit(.minutes(3)))
struct ReconnectTests {
    @Test("a connection that was replaced underneath is greeted at once, long before the broker would seem silent")
    func replaced() async throws {
        let context = try Context()
        let bell = try Bell()
        let mailbox = Mailbox<Bool>(bell)
        let broker = try ScriptedBroker(context)
        broker.heartbeat = 60_000
        let settings = ConnectionSettings(
            endpoint: broker.endpoint, context: context, hello: Hello(role: .producer, name: "t", instance: "1"),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        async let loop: Void = Thread.run(named: "loop") { ConnectionLoop(settings, bell: bell, peer: Witness(mailbox)).run() }
        // Also where the script fails: the loop would be waited for without end.
        defer { mailbox.post(true) }
        let hello = try broker.welcome()
        try broker.rebind()
        let again = try broker.welcome(within: 20_000)
        #expect(hello.peer != again.peer)
        mailbox.post(true)
        try await loop
    }
}
