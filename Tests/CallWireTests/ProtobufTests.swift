import CallModel
import CallWire
import Testing

@Suite("Protobuf bodies follow calls.proto's field numbers")
struct ProtobufTests {
    @Test("an InboundCall is written with the contract's field numbers")
    func fieldNumbers() throws {
        let call = InboundCall(callID: "c1", to: "+1", at: Timestamp(milliseconds: 1500), isTest: true, attributes: ["k": "v"])
        let expected: [UInt8] =
            [0x0A, 2] + "c1".utf8 + [0x12, 2] + "+1".utf8
            + [0x2A, 7, 0x08, 1, 0x10, 0x80, 0xCA, 0xB5, 0xEE, 0x01]  // at: 1 s, 500,000,000 ns
            + [0x40, 1] + [0x4A, 6, 0x0A, 1, 0x6B, 0x12, 1, 0x76]
        let body = try call.body(.protobuf)
        #expect(body == expected.withTimestampLength())
        #expect(try InboundCall.read(expected.withTimestampLength(), .protobuf) == call)
    }

    @Test("a field of a newer contract is passed over")
    func unknownField() throws {
        let body: [UInt8] = [0x0A, 2] + "c1".utf8 + [0xFA, 0x01, 1, 0x78]
        #expect(try InboundCall.read(body, .protobuf) == InboundCall(callID: "c1", to: ""))
    }

    @Test("a time is cut to the millisecond, also before 1970")
    func milliseconds() throws {
        // at: -1 s and 999,999,999 ns, which is one nanosecond before 1970.
        let body: [UInt8] = [0x0A, 1, 0x63, 0x2A, 16, 0x08] + [UInt8](repeating: 0xFF, count: 9) + [0x01, 0x10, 0xFF, 0x93, 0xEB, 0xDC, 0x03]
        #expect(try InboundCall.read(body.withTimestampLength(), .protobuf).at == Timestamp(milliseconds: -1))
    }

    @Test("bytes that are no protobuf are malformed")
    func malformed() {
        let bodies: [[UInt8]] = [[0x0A], [0x0A, 5, 1], [0xFF, 0xFF], [0x0A, 1, 0xFF]]
        for body in bodies {
            #expect(throws: CallWireError.self) { try InboundCall.read(body, .protobuf) }
        }
    }

    @Test("an action of no number known is refused")
    func unknownAction() {
        let body: [UInt8] = [0x0A, 1, 0x63, 0x10, 9]
        let error = #expect(throws: CallWireError.self) { try RouteDecision.read(body, .protobuf) }
        #expect(error?.code == .unknownWord)
    }
}

extension [UInt8] {
    /// The bytes with the length of field 5 made right, so that a test can spell the time out without counting.
    fileprivate func withTimestampLength() -> [UInt8] {
        guard let place = indices.first(where: { self[$0] == 0x2A && $0 + 2 < count && self[$0 + 2] == 0x08 }) else { return self }
        var end = place + 2
        for _ in 0..<2 {
            end += 1
            while self[end] & 0x80 != 0 { end += 1 }
            end += 1
        }
        var copy = self
        copy[place + 1] = UInt8(end - place - 2)
        return copy
    }
}

@Suite("Bodies are the same for the same message")
struct SameBodyTests {
    @Test("whatever order a map of attributes has in memory", arguments: [BodyForm.protobuf, .json])
    func maps(form: BodyForm) throws {
        var event = CallEvent(callID: "c1", kind: .arrived, at: Timestamp(milliseconds: 0))
        let names = (0..<40).map { "name \($0)" }
        var bodies: Set<[UInt8]> = []
        for capacity in [0, 64, 100, 1000, 5000] {
            // Tables of another size have another order.
            var attributes = [String: String](minimumCapacity: capacity)
            for name in capacity == 64 ? names.reversed() : names { attributes[name] = "x" }
            event.attributes = attributes
            bodies.insert(try event.body(form))
        }
        #expect(bodies.count == 1)
    }
}
