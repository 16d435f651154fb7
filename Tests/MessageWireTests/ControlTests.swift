import MessageWire
import Testing

@Suite struct ControlTests {
    private func hello(_ text: String) throws(Malformed) -> Hello {
        try Array(text.utf8).withUnsafeBufferPointer { bytes throws(Malformed) in try Hello(UnsafeRawBufferPointer(bytes)) }
    }

    /// A literal in `JSON(…)` would be a JSON string, not a text to read.
    private func read(_ text: String) -> JSON? { JSON(text) }

    @Test func `HELLO is read with its defaults, and unknown fields are ignored`() throws {
        let read = try hello(#" {"name":"n","instance":"i","role":"admin","more":{"x":[1,null,true]}} "#)
        #expect(read == Hello(role: .admin, name: "n", instance: "i", services: [], batch: false, software: ""))
        let worker = try hello(#"{"role":"worker","name":"n","instance":"i","services":["a.B","a.B","c"],"batch":true,"software":"x"}"#)
        #expect(worker.services == ["a.B", "c"] && worker.batch && worker.software == "x")
    }

    @Test(arguments: [
        "", "[]", "{}", #"{"role":"boss","name":"n","instance":"i"}"#, #"{"role":"admin","name":"","instance":"i"}"#, #"{"role":"admin","name":"n"}"#,
        #"{"role":"admin","name":"ü","instance":"i"}"#, #"{"role":"worker","name":"n","instance":"i"}"#, #"{"role":"admin","name":5,"instance":"i"}"#,
        #"{"role":"worker","name":"n","instance":"i","services":"a"}"#, #"{"role":"worker","name":"n","instance":"i","services":["a b"]}"#,
        #"{"role":"worker","name":"n","instance":"i","services":[""]}"#, #"{"role":"admin","name":"n","instance":"i","batch":1}"#,
        #"{"role":"admin","name":"n","instance":"i"} x"#,
    ])
    func `a HELLO that is not of its shape is malformed`(_ text: String) {
        #expect(throws: Malformed.hello) { try hello(text) }
    }

    @Test func `HELLO has limits: names of 128, 64 services, 16 KiB`() throws {
        let long = String(repeating: "n", count: 128)
        #expect(try hello(#"{"role":"admin","name":"\#(long)","instance":"\#(long)"}"#).name == long)
        #expect(throws: Malformed.hello) { try hello(#"{"role":"admin","name":"\#(long)n","instance":"i"}"#) }
        let services = (0..<65).map { "\"s\($0)\"" }
        #expect(throws: Malformed.hello) { try hello(#"{"role":"worker","name":"n","instance":"i","services":[\#(services.joined(separator: ","))]}"#) }
        #expect(try hello(#"{"role":"worker","name":"n","instance":"i","services":[\#(services.dropLast().joined(separator: ","))]}"#).services.count == 64)
        let padding = String(repeating: " ", count: Hello.maximumSize)
        #expect(throws: Malformed.hello) { try hello(#"{"role":"admin","name":"n","instance":"i"}"# + padding) }
    }

    @Test func `HELLO and WELCOME survive being written`() throws {
        let said = Hello(role: .worker, name: "a \"b\"", instance: "\\", services: ["x.Y"], batch: true, software: "ü\u{1}")
        #expect(try hello(said.json.text) == said)
        let welcome = Welcome(broker: "b", epoch: 7, heartbeatMilliseconds: 1000, maxBody: 1, maxFrame: 2, window: 3, durability: "fsync")
        #expect(welcome.json.utf8.withUnsafeBytes { Welcome($0) } == welcome)
        #expect(Array("{}".utf8).withUnsafeBytes { Welcome($0) } == nil)
    }

    @Test func `JSON is read as RFC 8259 has it`() {
        #expect(read(#" {"a" : [1, -2.5, 1e3, true, false, null, "x\n\u00e9\ud83d\ude00\/"]} "#) == ["a": [1, .number(-2.5), .number(1000), true, false, .null, "x\né😀/"]])
        #expect(read("5.0")?.integer == 5 && read("5.5")?.integer == nil && read("9223372036854775807")?.integer == .max)
        #expect(read(#"{"a":1,"a":2}"#)?["a"]?.integer == 2)
        for text in [
            "", "{", "[", "[1,]", "{\"a\"}", "{\"a\":}", "{a:1}", "nul", "truex", "1 2", "\"", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\udc00\"", "\"\u{1}\"", "+1", "--1",
            ".5", "NaN", "Infinity", "1e999", "-", "'a'", "[1 2]", "\u{FEFF}1",
        ] { #expect(JSON(text) == nil, "\(text)") }
        #expect(([0x22, 0xFF, 0x22] as [UInt8]).withUnsafeBytes { JSON($0) } == nil)
    }

    @Test(arguments: ["01", "-01", "1.", "1.e5", "0x10", "1e", "-"]) func `a number that RFC 8259 does not know is none`(_ text: String) {
        #expect(JSON(text) == nil)
    }

    @Test func `JSON nests to 32 and no deeper`() {
        #expect(JSON(String(repeating: "[", count: 32) + String(repeating: "]", count: 32)) != nil)
        #expect(JSON(String(repeating: "[", count: 34) + String(repeating: "]", count: 34)) == nil)
        #expect(JSON(String(repeating: "[", count: 100_000)) == nil)
    }

    @Test func `any JSON survives being written`() {
        let seed = UInt64.random(in: .min ... .max)
        var dice = Dice(seed: seed)
        for _ in 0..<2000 {
            let value = Self.random(&dice, depth: 0)
            #expect(JSON(value.text) == value, "seed \(seed): \(value.text)")
        }
    }

    private static func random(_ dice: inout Dice, depth: Int) -> JSON {
        switch dice.below(depth > 3 ? 5 : 7) {
        case 0: .null
        case 1: .bool(dice.below(2) == 0)
        case 2: .integer(Int64(truncatingIfNeeded: dice.next()))
        case 3: .number(Double(Int64(truncatingIfNeeded: dice.next()) >> 20) / 1024 + 1.0 / 4096)
        case 4: .string(String(decoding: dice.bytes(0...20), as: UTF8.self))
        case 5: .array((0..<dice.below(4)).map { _ in random(&dice, depth: depth + 1) })
        default: .object((0..<dice.below(4)).map { JSON.Member("k\($0)\"", random(&dice, depth: depth + 1)) })
        }
    }
}
