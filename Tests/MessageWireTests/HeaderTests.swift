import MessageWire
import Testing

@Suite struct HeaderTests {
    @Test func `the header lies in the frame as wire.md draws it`() {
        let header = Header(
            .task, flags: [.durable, .redelivered], status: 5, attempt: 6, timeout: 0x0102_0304, argument: 0x0506_0708,
            id: RequestID(high: 0x1011_1213_1415_1617, low: 0x1819_1A1B_1C1D_1E1F), token: Token(delivery: 0x2021_2223_2425_2627, seal: 0x2829_2A2B_2C2D_2E2F))
        let bytes = Frame.bytes(header, [3, 0x61, 0x2F, 0x62])
        var wanted: [UInt8] = [0x54, 0x4C, 0x50, 0x01, 0xA0, 0x09, 5, 6, 1, 2, 3, 4, 5, 6, 7, 8]
        wanted += (0x10...0x1F).map { UInt8($0) } + (0x20...0x2F).map { UInt8($0) } + [0, 4, 3, 0x61, 0x2F, 0x62]
        #expect(bytes == wanted)
    }

    @Test func `what is written is read, for every type and any fields`() throws {
        let seed = UInt64.random(in: .min ... .max)
        var dice = Dice(seed: seed)
        for _ in 0..<3000 {
            let type = MessageType.allCases[dice.below(MessageType.allCases.count)]
            let metadata = Frame.metadata(dice.text("abcXYZ019._/-", 0...30), [])
            var header = Header(
                type, flags: MessageFlags(rawValue: UInt8(dice.below(64))), status: UInt8(dice.below(256)), attempt: UInt8(dice.below(256)),
                timeout: UInt32(truncatingIfNeeded: dice.next()), argument: UInt32(truncatingIfNeeded: dice.next()),
                id: RequestID(high: dice.next(), low: dice.next()), token: Token(delivery: dice.next(), seal: dice.next()))
            header.metadataLength = metadata.count
            let read = try Frame.read(Frame.bytes(header, metadata, dice.bytes(0...20))).0
            #expect(read == header, "seed \(seed)")
        }
    }

    @Test func `flag bits 64 and 128 mean nothing`() throws {
        var bytes = Frame.bytes(Header(.ping, flags: .last))
        bytes[5] |= 0xC0
        #expect(try Frame.read(bytes).0.flags == .last)
    }

    @Test func `peers may send what wire.md says they may, and no more`() {
        let fromPeers: Set<MessageType> = [
            .hello, .ping, .pong, .bye, .request, .cancel, .query, .credit, .progress, .part, .done, .nack, .term, .drain, .batch,
        ]
        for type in MessageType.allCases { #expect(type.isFromPeer == fromPeers.contains(type), "\(type)") }
    }

    @Test func `types have the numbers of wire.md`() {
        let numbers: [MessageType: UInt8] = [
            .hello: 0x01, .welcome: 0x81, .ping: 0x02, .pong: 0x82, .bye: 0x03, .goAway: 0x83, .request: 0x10, .cancel: 0x11, .query: 0x12,
            .accepted: 0x90, .partOut: 0x91, .response: 0x92, .state: 0x93, .credit: 0x20, .task: 0xA0, .revoke: 0xA1, .progress: 0x21, .part: 0x22,
            .done: 0x23, .nack: 0x24, .term: 0x25, .drain: 0x26, .error: 0x7F, .batch: 0x40,
        ]
        #expect(numbers.count == MessageType.allCases.count)
        for (type, number) in numbers { #expect(type.rawValue == number) }
    }

    @Test func `status codes are gRPC's`() {
        #expect(StatusCode.allCases.map(\.rawValue) == Array(0...16))
        for code in StatusCode.allCases { #expect(StatusCode(name: code.name) == code) }
        #expect(StatusCode(name: "INVALID_ARGUMENT")?.rawValue == 3 && StatusCode(name: "ok") == nil)
    }

    @Test func `an id is read from its hex digits in either case, with hyphens, and written in lower case`() {
        let id = RequestID(high: 0x0190_0000_0000_7ABC, low: 0x8000_0000_0000_0001)
        #expect(id.hex == "0190000000007abc8000000000000001")
        for text in [id.hex, id.hex.uppercased(), "01900000-0000-7ABC-8000-000000000001"] { #expect(RequestID(hex: text) == id) }
        for text in ["", "019", id.hex + "0", String(id.hex.dropLast()) + "g", String(id.hex.dropLast()), "é" + id.hex] { #expect(RequestID(hex: text) == nil) }
    }

    @Test func `ids made of time are version 7 and sort by it`() {
        var dice = Dice(seed: 4)
        var last = RequestID.zero
        for time in [1, 1_700_000_000_000, 1_700_000_000_001, 0xFFFF_FFFF_FFFF] as [Int64] {
            let id = RequestID(v7At: time, using: &dice)
            #expect(id.high >> 12 & 15 == 7 && id.low >> 62 == 2 && Int64(id.high >> 16) == time)
            #expect(id.high > last.high)
            last = id
        }
    }
}
