import CallModel
import CallWire
import Testing

@Suite("The quick reader and the generated one agree")
struct ReaderTests {
    /// An empty group of field 31: the quick reader leaves such a body to the generated one, which passes over it.
    private static let group: [UInt8] = [0xFB, 0x01, 0xFC, 0x01]

    /// Whether both readers make the same of a body.
    private func agree<Message: BodyReading & Equatable>(_ type: Message.Type, on body: [UInt8]) -> Bool {
        // A body that is refused may be so because it ends too soon, and then the group would change what it says.
        guard let message = try? Message.read(body, .protobuf) else { return true }
        return (try? Message.read(body + Self.group, .protobuf)) == message
    }

    @Test("on every message that is written here")
    func written() throws {
        var samples = Samples(seed: 6)
        for _ in 0..<300 {
            let (call, event, decision) = (samples.call(), samples.event(), samples.decision())
            #expect(try InboundCall.read(call.body(.protobuf) + Self.group, .protobuf) == call)
            #expect(try CallEvent.read(event.body(.protobuf) + Self.group, .protobuf) == event)
            #expect(try RouteDecision.read(decision.body(.protobuf) + Self.group, .protobuf) == decision)
        }
    }

    @Test("on messages with changed bytes")
    func changed() throws {
        var samples = Samples(seed: 7)
        for _ in 0..<5000 {
            for body in [try samples.call().body(.protobuf), try samples.event().body(.protobuf), try samples.decision().body(.protobuf)] {
                var body = body
                for _ in 0...Int(samples.next() % 3) {
                    body[Int(samples.next() % UInt64(body.count))] = UInt8(truncatingIfNeeded: samples.next())
                }
                #expect(agree(InboundCall.self, on: body))
                #expect(agree(CallEvent.self, on: body))
                #expect(agree(RouteDecision.self, on: body))
            }
        }
    }

    @Test("on messages told in two pieces, which protobuf merges")
    func merged() throws {
        var samples = Samples(seed: 8)
        for _ in 0..<300 {
            let pieces = try [samples.event().body(.protobuf) + samples.event().body(.protobuf), samples.decision().body(.protobuf) + samples.decision().body(.protobuf)]
            #expect(agree(CallEvent.self, on: pieces[0]))
            #expect(agree(RouteDecision.self, on: pieces[1]))
        }
    }

    @Test("on a field of another type and on numbers that are too long")
    func unusual() {
        let bodies: [[UInt8]] = [
            [0x0A, 1, 0x63, 0x10, 1], [0x0A, 1, 0x63, 0x11, 0, 0, 0, 0, 0, 0, 0, 0], [0x0A, 1, 0x63, 0x40, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
            [0x0A, 1, 0x63, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, 0], [0x0A, 1, 0x63, 0x00, 0x00],
        ]
        for body in bodies {
            #expect(agree(InboundCall.self, on: body))
            #expect(agree(RouteDecision.self, on: body))
        }
    }
}
