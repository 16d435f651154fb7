import MessageWire
import Testing

@Suite struct MetadataTests {
    @Test func `the path names the service by what stands before its last slash`() throws {
        for (path, service) in [("a.B/C", "a.B"), ("a/b/c", "a/b"), ("abc", ""), ("/x", ""), ("a/", "a")] {
            let bytes = Frame.bytes(Header(.request), Frame.metadata(path, []))
            let metadata = try Frame.read(bytes).1
            bytes.withUnsafeBytes { frame in
                #expect(metadata.path.text(in: frame) == path)
                #expect(metadata.service.text(in: frame) == service)
            }
        }
    }

    @Test func `of a repeated key the first counts`() throws {
        let entries: [(String, [UInt8])] = [("tenant", [0x61]), ("tenant", [0x62]), ("priority", [0x31]), ("priority", [0x33]), ("ordering-key", []), ("message", [0x6D])]
        let bytes = Frame.bytes(Header(.request), Frame.metadata("a/b", entries))
        let (header, metadata) = try Frame.read(bytes)
        bytes.withUnsafeBytes { frame in
            #expect(metadata.tenant?.text(in: frame) == "a")
            #expect(metadata.ordering(in: frame) == "")
            #expect(metadata.message?.text(in: frame) == "m")
        }
        #expect(metadata.priority == 1 && metadata.traceparent == nil)
        #expect(Frame.entries(bytes, header).map(\.key) == entries.map(\.0))
    }

    @Test func `priority is 2 where nothing is said, and broken where it is no priority`() throws {
        #expect(try Frame.read(Frame.bytes(Header(.request), Frame.metadata("a/b", []))).1.priority == 2)
        for value in ["", "4", "10", "x", " 1"] {
            let metadata = try Frame.read(Frame.bytes(Header(.request), Frame.metadata("a/b", [("priority", Array(value.utf8))]))).1
            #expect(metadata.hasBrokenPriority, "\(value)")
        }
    }

    @Test(arguments: ["peer", "teed", "duplicate", "durability", "exchange-id"]) func `a key that only the broker sets is noticed`(_ key: String) throws {
        #expect(try Frame.read(Frame.bytes(Header(.request), Frame.metadata("a/b", [(key, [])]))).1.hasBrokerKey)
        #expect(try !Frame.read(Frame.bytes(Header(.request), Frame.metadata("a/b", [("x" + key, [])]))).1.hasBrokerKey)
    }

    @Test func `a value is printable ASCII unless its key ends in -bin`() {
        for byte in UInt8.min ... .max {
            let isText = 0x20...0x7E ~= byte
            #expect((Frame.fault(Frame.bytes(Header(.ping), Frame.metadata("", [("k", [byte])]))) == nil) == isText)
            #expect(Frame.fault(Frame.bytes(Header(.ping), Frame.metadata("", [("k-bin", [byte])]))) == nil)
        }
        #expect(Frame.fault(Frame.bytes(Header(.ping), Frame.metadata("", [("-bin", [0])]))) == nil)
        #expect(Frame.fault(Frame.bytes(Header(.ping), Frame.metadata("", [("bin", [0])]))) == .value)
    }

    @Test func `keys and paths have their own characters`() {
        let keys = Set("0123456789abcdefghijklmnopqrstuvwxyz_.-".utf8)
        let paths = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/-".utf8)
        for byte in UInt8.min ... .max {
            #expect((Frame.fault(Frame.bytes(Header(.ping), [0, 1, byte, 0, 0])) == nil) == keys.contains(byte))
            #expect((Frame.fault(Frame.bytes(Header(.ping), [1, byte])) == nil) == paths.contains(byte))
        }
    }

    @Test func `metadata of 8192 bytes is read, one more is not`() {
        let entry = Metadata.maximumSize - 1 - 2 - 2
        #expect(Frame.fault(Frame.bytes(Header(.ping), Frame.metadata("", [("k", [UInt8](repeating: 65, count: entry))]))) == nil)
        #expect(Frame.fault(Frame.bytes(Header(.ping), Frame.metadata("", [("k", [UInt8](repeating: 65, count: entry + 1))]))) == .metadataLength)
    }

    @Test func `a block refuses what a scan would refuse`() throws {
        var block = MetadataBlock()
        #expect(block.bytes.isEmpty)
        #expect(throws: Malformed.key) { try block.append("", "x") }
        #expect(throws: Malformed.key) { try block.append("Key", "x") }
        #expect(throws: Malformed.value) { try block.append("key", "line\n") }
        #expect(throws: Malformed.metadataLength) { try block.append("key", [UInt8](repeating: 65, count: 9000)) }
        #expect(throws: Malformed.path) { try MetadataBlock(path: "a b") }
        #expect(throws: Malformed.path) { try MetadataBlock(path: String(repeating: "a", count: 256)) }
        #expect(block.bytes.isEmpty)
        try block.append("key", [UInt8](repeating: 65, count: Metadata.maximumSize - 7))
        #expect(block.bytes.count == Metadata.maximumSize)
        #expect(throws: Malformed.metadataLength) { try block.append("k", "") }
    }

    @Test func `a block that was written is read back as it was`() throws {
        let seed = UInt64.random(in: .min ... .max)
        var dice = Dice(seed: seed)
        for _ in 0..<2000 {
            let path = dice.text("abcXYZ019._/-", 0...40)
            var entries: [(key: String, value: [UInt8])] = []
            for _ in 0..<dice.below(6) {
                let isBinary = dice.below(3) == 0
                let key = dice.text("abcxyz019_.-", 1...20) + (isBinary ? "-bin" : "x")
                entries.append((key, isBinary ? dice.bytes(0...50) : Array(dice.text(" !azAZ~%", 0...50).utf8)))
            }
            let block = try MetadataBlock(path: path, entries: entries)
            let bytes = Frame.bytes(Header(.ping), block.bytes)
            let (header, metadata) = try Frame.read(bytes)
            bytes.withUnsafeBytes { #expect(metadata.path.text(in: $0) == path, "seed \(seed)") }
            let read = Frame.entries(bytes, header)
            #expect(read.map(\.key) == entries.map(\.key) && read.map(\.value) == entries.map(\.value), "seed \(seed)")
            let again = block.bytes.withUnsafeBytes { MetadataEntries(block: $0).map { Array($0.value) } }
            #expect(again == entries.map(\.value), "seed \(seed)")
        }
    }

    @Test func `percent-encoding is gRPC's, and any text survives it`() {
        #expect(PercentEncoding.encode("plain text!") == "plain text!")
        #expect(PercentEncoding.encode("50 % ü\n") == "50 %25 %C3%BC%0A")
        #expect(PercentEncoding.decode("a%2") == "a%2" && PercentEncoding.decode("%zz%41") == "%zzA" && PercentEncoding.decode("%") == "%")
        var dice = Dice(seed: 9)
        for _ in 0..<2000 {
            let text = String(decoding: dice.bytes(0...30), as: UTF8.self)
            let encoded = PercentEncoding.encode(text)
            #expect(PercentEncoding.decode(encoded) == text)
            #expect(encoded.utf8.allSatisfy { 0x20...0x7E ~= $0 })
        }
    }
}

extension Metadata {
    func ordering(in frame: UnsafeRawBufferPointer) -> String? { orderingKey?.text(in: frame) }
}
