/// A column of a block of calls as it is stored: a byte that says how, then the words in the form that takes least.
package enum PackedColumn {
    private static let same: UInt8 = 0
    /// At most 256 different words, then a byte for each call.
    private static let listed: UInt8 = 1
    /// The smallest word, then two bytes for each call.
    private static let near: UInt8 = 2
    /// Place and word of those that are not 0.
    private static let sparse: UInt8 = 3
    private static let plain: UInt8 = 4

    /// Nil: all are 0, and need not be stored.
    package static func pack(_ words: [UInt32]) -> [UInt8]? {
        guard let first = words.first else { return nil }
        var (least, most, filled, isSame) = (first, first, 0, true)
        for word in words {
            least = min(least, word)
            most = max(most, word)
            if word != 0 { filled += 1 }
            if word != first { isSame = false }
        }
        if isSame { return first == 0 ? nil : [same] + bytes(first) }
        let list = WordList(words)
        let listedSize = list.map { 2 + 4 * $0.words.count + words.count } ?? .max
        let nearSize = most - least < 65_536 ? 5 + 2 * words.count : .max
        let sparseSize = 1 + 6 * filled
        switch min(listedSize, nearSize, sparseSize, 1 + 4 * words.count) {
        case listedSize: return list?.packed(listed)
        case nearSize:
            var packed = [near] + bytes(least)
            packed.reserveCapacity(nearSize)
            for word in words {
                let distance = word - least
                packed.append(UInt8(truncatingIfNeeded: distance))
                packed.append(UInt8(truncatingIfNeeded: distance >> 8))
            }
            return packed
        case sparseSize:
            var packed = [sparse]
            packed.reserveCapacity(sparseSize)
            for (place, word) in words.enumerated() where word != 0 {
                packed.append(UInt8(truncatingIfNeeded: place))
                packed.append(UInt8(truncatingIfNeeded: place >> 8))
                packed += bytes(word)
            }
            return packed
        default:
            var packed = [plain]
            packed.reserveCapacity(1 + 4 * words.count)
            words.withUnsafeBytes { packed += $0 }
            return packed
        }
    }

    /// The words of as many calls as `words` has room for. Throws `damaged` where the bytes do not add up.
    package static func unpack(_ packed: UnsafeRawBufferPointer, into words: inout [UInt32]) throws(StorageError) {
        let count = words.count
        guard let form = packed.first else {
            for place in 0..<count { words[place] = 0 }
            return
        }
        let isSound: Bool =
            switch form {
            case same: unpackSame(packed, &words)
            case listed: unpackListed(packed, &words)
            case near: unpackNear(packed, &words)
            case sparse: unpackSparse(packed, &words)
            case plain: unpackPlain(packed, &words)
            default: false
            }
        guard isSound else { throw damaged }
    }

    /// The word of the call at `place` of `count`; of some forms without all the others. Throws `damaged` where the bytes do not add up.
    package static func word(_ packed: UnsafeRawBufferPointer, at place: Int, of count: Int) throws(StorageError) -> UInt32 {
        switch packed.first {
        case nil: return 0
        case same where packed.count == 5: return packed.loadUnaligned(fromByteOffset: 1, as: UInt32.self)
        case listed where packed.count > 2:
            let listed = Int(packed[1]) + 1
            guard packed.count == 2 + 4 * listed + count, case let code = Int(packed[2 + 4 * listed + place]), code < listed else { throw damaged }
            return packed.loadUnaligned(fromByteOffset: 2 + 4 * code, as: UInt32.self)
        case near where packed.count == 5 + 2 * count:
            return packed.loadUnaligned(fromByteOffset: 1, as: UInt32.self) &+ UInt32(packed.loadUnaligned(fromByteOffset: 5 + 2 * place, as: UInt16.self))
        case plain where packed.count == 1 + 4 * count: return packed.loadUnaligned(fromByteOffset: 1 + 4 * place, as: UInt32.self)
        default:
            var words = [UInt32](repeating: 0, count: count)
            try unpack(packed, into: &words)
            return words[place]
        }
    }

    static var damaged: StorageError { StorageError(.damaged, "a block of stored calls cannot be read: its bytes do not add up; restore the data folder from a backup") }

    private static func unpackSame(_ packed: UnsafeRawBufferPointer, _ words: inout [UInt32]) -> Bool {
        guard packed.count == 5 else { return false }
        let word = packed.loadUnaligned(fromByteOffset: 1, as: UInt32.self)
        for place in words.indices { words[place] = word }
        return true
    }

    private static func unpackListed(_ packed: UnsafeRawBufferPointer, _ words: inout [UInt32]) -> Bool {
        guard packed.count > 2, packed.count == 2 + 4 * (Int(packed[1]) + 1) + words.count else { return false }
        let count = Int(packed[1]) + 1
        let codes = UnsafeRawBufferPointer(rebasing: packed[(2 + 4 * count)...])
        for place in words.indices {
            guard codes[place] < count else { return false }
            words[place] = packed.loadUnaligned(fromByteOffset: 2 + 4 * Int(codes[place]), as: UInt32.self)
        }
        return true
    }

    private static func unpackNear(_ packed: UnsafeRawBufferPointer, _ words: inout [UInt32]) -> Bool {
        guard packed.count == 5 + 2 * words.count else { return false }
        let least = packed.loadUnaligned(fromByteOffset: 1, as: UInt32.self)
        for place in words.indices { words[place] = least &+ UInt32(packed.loadUnaligned(fromByteOffset: 5 + 2 * place, as: UInt16.self)) }
        return true
    }

    private static func unpackSparse(_ packed: UnsafeRawBufferPointer, _ words: inout [UInt32]) -> Bool {
        guard packed.count % 6 == 1 else { return false }
        for place in words.indices { words[place] = 0 }
        for start in stride(from: 1, to: packed.count, by: 6) {
            let place = Int(packed.loadUnaligned(fromByteOffset: start, as: UInt16.self))
            guard place < words.count else { return false }
            words[place] = packed.loadUnaligned(fromByteOffset: start + 2, as: UInt32.self)
        }
        return true
    }

    private static func unpackPlain(_ packed: UnsafeRawBufferPointer, _ words: inout [UInt32]) -> Bool {
        guard packed.count == 1 + 4 * words.count else { return false }
        words.withUnsafeMutableBytes { $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: packed[1...])) }
        return true
    }

    /// The different words where they are listed, and the codes of the calls.
    static func list(_ packed: UnsafeRawBufferPointer, calls: Int) -> (words: [UInt32], codes: UnsafeRawBufferPointer)? {
        guard packed.count > 2, packed[0] == listed else { return nil }
        let count = Int(packed[1]) + 1
        guard packed.count == 2 + 4 * count + calls else { return nil }
        return (
            (0..<count).map { packed.loadUnaligned(fromByteOffset: 2 + 4 * $0, as: UInt32.self) }, UnsafeRawBufferPointer(rebasing: packed[(2 + 4 * count)...])
        )
    }

    private static func bytes(_ word: UInt32) -> [UInt8] { withUnsafeBytes(of: word.littleEndian) { Array($0) } }

    /// Different words, each with a code; none where they are too many.
    private struct WordList {
        private(set) var words: [UInt32] = []
        private var codes: [UInt8] = []

        init?(_ column: [UInt32]) {
            // Open addressing with room for twice as many as fit: -1 is free.
            var slots = [Int16](repeating: -1, count: 1024)
            codes.reserveCapacity(column.count)
            var (last, lastCode) = (UInt32(0), -1)
            for word in column {
                if lastCode >= 0, word == last {
                    codes.append(UInt8(lastCode))
                    continue
                }
                var slot = Int((word &* 2_654_435_769) >> 22)
                while slots[slot] >= 0, words[Int(slots[slot])] != word { slot = (slot + 1) & 1023 }
                if slots[slot] < 0 {
                    guard words.count < 256 else { return nil }
                    slots[slot] = Int16(words.count)
                    words.append(word)
                }
                (last, lastCode) = (word, Int(slots[slot]))
                codes.append(UInt8(lastCode))
            }
        }

        func packed(_ form: UInt8) -> [UInt8] {
            var packed = [form, UInt8(words.count - 1)]
            packed.reserveCapacity(2 + 4 * words.count + codes.count)
            words.withUnsafeBytes { packed += $0 }
            return packed + codes
        }
    }
}
