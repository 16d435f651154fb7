import Foundation
import MessageWire
import Testing

/// The bytes that the guide for other languages shows.
@Suite struct GuideTests {
    private static let id = RequestID(high: 0x0190_B6C4_A3E0_7F3C, low: 0x8A51_D2E6_470B_91CD)
    private static let token = Token(delivery: 0x0000_0007_0000_0001, seal: 0x5D0C_9B1E_6A3F_4728)
    private static let quote = Frame.metadata("shop.v1.Prices/Quote", [("content-type", Array("application/json".utf8))])
    private static let question = Array(#"{"sku":7}"#.utf8)
    private static let answer = Array(#"{"cents":350}"#.utf8)

    private static let frames = [
        Frame.bytes(
            Header(.hello), [],
            Hello(role: .worker, name: "shop", instance: "1", services: ["shop.v1.Prices"], batch: false).json.utf8),
        Frame.bytes(Header(.credit, argument: 8), Frame.metadata("shop.v1.Prices", [])),
        Frame.bytes(Header(.request, flags: .idempotent, timeout: 2000, id: id), quote, question),
        Frame.bytes(Header(.task, flags: .idempotent, attempt: 1, timeout: 1999, id: id, token: token), quote, question),
        Frame.bytes(Header(.done, id: id, token: token), [], answer),
        Frame.bytes(Header(.response, attempt: 1, id: id), [], answer),
    ]

    /// As `hexdump -C` has it, sixteen bytes a line.
    private static func dump(_ bytes: [UInt8]) -> String {
        func hex(_ value: Int, _ digits: Int) -> String {
            let text = String(value, radix: 16)
            return String(repeating: "0", count: digits - text.count) + text
        }
        return stride(from: 0, to: bytes.count, by: 16).map { offset in
            let line = bytes[offset..<min(offset + 16, bytes.count)]
            let digits = line.map { hex(Int($0), 2) }.joined(separator: " ")
            let letters = line.map { 0x20...0x7E ~= $0 ? String(UnicodeScalar($0)) : "." }.joined()
            return "\(hex(offset, 4))  \(digits)\(String(repeating: " ", count: 47 - digits.count))  \(letters)\n"
        }.joined()
    }

    @Test(arguments: frames.indices) func `every dump in the guide is what the code writes`(_ number: Int) throws {
        let guide = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Sources/MessageWire/MessageWire.docc/WritingAPeer.md").standardized
        let text = try String(contentsOf: guide, encoding: .utf8)
        #expect(text.contains("```\n\(Self.dump(Self.frames[number]))```"))
        #expect(text.split(separator: "\n").count { $0.hasPrefix("0000  ") } == Self.frames.count)
    }

    @Test(arguments: frames.indices) func `every frame in the guide is read without complaint`(_ number: Int) throws {
        let (header, metadata) = try Frame.read(Self.frames[number])
        #expect([.hello, .credit].contains(header.type) || header.id == Self.id)
        #expect((metadata.path.count == 0) == [.hello, .done, .response].contains(header.type))
    }
}
