import MessageWire
import Testing

/// No bytes crash the parser, and what it takes means the same when it is written again.
@Suite struct FrameFuzzTests {
    private static func wellFormed(_ dice: inout Dice) -> [UInt8] {
        let keys = ["tenant", "priority", "ordering-key", "peer", "traceparent", "message", "x-bin", "duplicate", "custom.key_1"]
        let entries = (0..<dice.below(4)).map { _ in (keys[dice.below(keys.count)], Array(dice.text("0123 az", 0...6).utf8)) }
        let type = MessageType.allCases[dice.below(MessageType.allCases.count)]
        let metadata = dice.below(4) == 0 ? [] : Frame.metadata(dice.text("ab./Z", 0...12), entries)
        return Frame.bytes(
            Header(type, flags: MessageFlags(rawValue: UInt8(dice.below(64))), id: RequestID(high: dice.next(), low: dice.next())), metadata,
            dice.bytes(0...12))
    }

    /// Bytes, cuts, repeats and splices; more often than not where the lengths stand.
    private static func mutate(_ bytes: inout [UInt8], _ dice: inout Dice) {
        for _ in 0..<1 + dice.below(4) {
            guard !bytes.isEmpty else { return }
            switch dice.below(6) {
            case 0: bytes[dice.below(bytes.count)] = UInt8(truncatingIfNeeded: dice.next())
            case 1: bytes.removeLast(1 + dice.below(bytes.count))
            case 2: bytes.insert(UInt8(truncatingIfNeeded: dice.next()), at: dice.below(bytes.count + 1))
            case 3: if bytes.count > 60 { bytes[48 + dice.below(12)] = UInt8(dice.below(24)) }
            case 4: if bytes.count > 50 { bytes[49] = UInt8(truncatingIfNeeded: bytes.count - 50 - dice.below(3)) }
            default: bytes[dice.below(min(5, bytes.count))] &+= 1
            }
        }
    }

    @Test func `200 000 mutated frames never crash, and what is read is written back the same`() throws {
        let seed = UInt64.random(in: .min ... .max)
        var dice = Dice(seed: seed)
        var (taken, refused) = (0, Set<Malformed>())
        for _ in 0..<200_000 {
            var bytes = Self.wellFormed(&dice)
            if dice.below(8) > 0 { Self.mutate(&bytes, &dice) }
            do throws(Malformed) {
                let (header, metadata) = try Frame.read(bytes)
                taken += 1
                try check(bytes, header, metadata, "seed \(seed)")
            } catch {
                refused.insert(error)
            }
        }
        #expect(taken > 20_000, "seed \(seed)")
        #expect(refused.isSuperset(of: [.short, .magic, .version, .unknownType, .metadataLength, .metadataCut, .path, .key, .value]), "seed \(seed)")
    }

    private func check(_ bytes: [UInt8], _ header: Header, _ metadata: Metadata, _ seed: String) throws(Malformed) {
        let entries = Frame.entries(bytes, header)
        let path = bytes.withUnsafeBytes { metadata.path.text(in: $0) }
        let block = header.metadataLength == 0 ? MetadataBlock() : try MetadataBlock(path: path, entries: entries)
        let body = Array(bytes[(Header.size + header.metadataLength)...])
        var again = Frame.bytes(header, block.bytes, body)
        // An empty path without entries may be one byte or none.
        guard header.metadataLength != 1 else { return }
        again[5] |= bytes[5] & 0xC0
        if again != bytes { Issue.record("\(seed): \(bytes) came back as \(again)") }
        let first = { (key: String) in entries.first { $0.key == key }?.value }
        bytes.withUnsafeBytes { frame in
            if metadata.tenant.map({ Array($0.bytes(in: frame)) }) != first("tenant") { Issue.record("\(seed): tenant of \(bytes)") }
            if metadata.orderingKey.map({ Array($0.bytes(in: frame)) }) != first("ordering-key") { Issue.record("\(seed): key of \(bytes)") }
        }
    }

    @Test func `100 000 random bodies never crash the readers of BATCH, JSON, HELLO and ids`() {
        let seed = UInt64.random(in: .min ... .max)
        var dice = Dice(seed: seed)
        let stock = [#"{"role":"worker","name":"n","instance":"i","services":["a"],"batch":true}"#, #"[1,-2.5e10,"\u00e9\ud83d\ude00",null]"#]
        for _ in 0..<100_000 {
            var bytes = dice.below(2) == 0 ? dice.bytes(0...40) : Array(stock[dice.below(2)].utf8)
            for _ in 0..<dice.below(4) where !bytes.isEmpty { bytes[dice.below(bytes.count)] = UInt8(truncatingIfNeeded: dice.next()) }
            bytes.withUnsafeBytes { body in
                if let json = JSON(body), JSON(json.text) != json { Issue.record("seed \(seed): \(bytes)") }
                if let hello = try? Hello(body), (try? hello.json.utf8.withUnsafeBytes({ try Hello($0) })) != hello { Issue.record("seed \(seed): \(bytes)") }
                if let items = try? Batch.items(in: body, count: UInt32(dice.below(5))), items.last.map({ $0.upperBound != body.count }) ?? !body.isEmpty {
                    Issue.record("seed \(seed): \(bytes)")
                }
            }
            if let id = RequestID(hex: String(decoding: bytes, as: UTF8.self)), RequestID(hex: id.hex) != id { Issue.record("seed \(seed): \(bytes)") }
        }
    }

    @Test func `reasons have words of their own, and unknown versions and types their own status`() {
        #expect(Set(Malformed.allCases.map(\.rawValue)).count == Malformed.allCases.count)
        for reason in Malformed.allCases { #expect(reason.status == (reason == .version || reason == .unknownType ? .unimplemented : .internal)) }
    }
}
