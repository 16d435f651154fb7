package import CallModel

/// A validated directory without its text: how it travels to the workers and waits on their disks.
///
/// The document's outline value by value, then the numbers column by column. A million numbers take some 30 bytes each and are a
/// table again within a fraction of a second, where their text would take seconds to read.
package enum PackedDirectory {
    /// The first byte; a program that does not know it reads the text instead.
    private static let format: UInt8 = 1

    package static func bytes(outline: DocumentValue, numbers: NumberTable) -> [UInt8] {
        var writer = ByteWriter()
        writer.byte(format)
        writer.put(outline)
        writer.put(numbers)
        return writer.bytes
    }

    /// - Throws: `damaged` for bytes that are none; `incompatible` for those of a program that knows more.
    package static func directory(_ bytes: [UInt8], version: UInt64) throws(StorageError) -> Directory {
        var reader = ByteReader(bytes)
        guard try reader.byte() == format else { throw StorageError(.incompatible, "a packed directory is of another version of this program") }
        let outline = try reader.document(depth: 0)
        let numbers = try reader.numbers()
        guard reader.isAtEnd else { throw damaged }
        do throws(DirectoryError) {
            return try Directory(outline: outline, numbers: numbers, version: version)
        } catch {
            throw StorageError(.incompatible, "a packed directory holds what this program refuses: \(error.problems.first?.description ?? "")")
        }
    }

    fileprivate static var damaged: StorageError { StorageError(.damaged, "a packed directory cannot be read: its bytes do not add up") }
}

extension ByteWriter {
    fileprivate mutating func put(_ value: DocumentValue) {
        switch value {
        case .scalar(let scalar):
            byte(scalar.isPlain ? 0 : 1)
            text(scalar.text)
        case .sequence(let items, _):
            byte(2)
            count(UInt64(items.count))
            for item in items { put(item) }
        case .mapping(let entries, _):
            byte(3)
            count(UInt64(entries.count))
            for entry in entries {
                text(entry.key)
                put(entry.value)
            }
        }
    }

    fileprivate mutating func put(_ numbers: NumberTable) {
        count(UInt64(numbers.sources.count))
        for source in numbers.sources {
            text(source.source)
            byte((source.medium == nil ? 0 : 1) | (source.campaign == nil ? 0 : 2))
            for part in [source.medium, source.campaign] { if let part { text(part) } }
        }
        count(UInt64(numbers.assignments.count))
        for assignment in numbers.assignments { texts([assignment.kind.rawValue, assignment.value]) }
        count(UInt64(numbers.names.count))
        raw(numbers.names)
        let states = TrackingNumber.State.allCases
        count(UInt64(numbers.rows.count))
        var last: Int64 = 0
        for row in numbers.rows {
            // Numbers are often bought in a row.
            let word = Int64(bitPattern: row.number.word)
            number(word - last)
            last = word
            count(UInt64(row.nameLength))
            put(place: row.flow)
            put(place: row.fallback)
            put(place: row.assignment)
            put(place: row.source)
            put(place: row.pool)
            byte(UInt8(states.firstIndex(of: row.state) ?? 0))
        }
    }

    /// -1 for none.
    private mutating func put(place: Int32) { count(UInt64(Int64(place) + 1)) }
}

extension ByteReader {
    /// Deeper than any document that has been read.
    private static let deepest = 1000

    fileprivate mutating func document(depth: Int) throws(StorageError) -> DocumentValue {
        guard depth < Self.deepest else { throw PackedDirectory.damaged }
        switch try byte() {
        case 0: return .scalar(DocumentValue.Scalar(text: try text(), isPlain: true, line: 0))
        case 1: return .scalar(DocumentValue.Scalar(text: try text(), isPlain: false, line: 0))
        case 2:
            var items: [DocumentValue] = []
            for _ in 0..<(try length()) { items.append(try document(depth: depth + 1)) }
            return .sequence(items, line: 0)
        case 3:
            var entries: [DocumentValue.Entry] = []
            for _ in 0..<(try length()) {
                let key = try text()
                entries.append(DocumentValue.Entry(key: key, line: 0, value: try document(depth: depth + 1)))
            }
            return .mapping(entries, line: 0)
        default: throw PackedDirectory.damaged
        }
    }

    fileprivate mutating func numbers() throws(StorageError) -> NumberTable {
        var sources: [StaticSource] = []
        for _ in 0..<(try length()) { sources.append(try source()) }
        var assignments: [TrackingNumber.Assignment] = []
        for _ in 0..<(try length()) {
            let words = try texts()
            guard words.count == 2, let kind = TrackingNumber.Assignment.Kind(rawValue: words[0]) else { throw PackedDirectory.damaged }
            assignments.append(TrackingNumber.Assignment(kind: kind, value: words[1]))
        }
        let names = Array(try raw(try length()))
        let states = TrackingNumber.State.allCases
        let count = try length()
        var rows: [NumberTable.Row] = []
        rows.reserveCapacity(count)
        var last: Int64 = 0
        var nameStart: UInt32 = 0
        for _ in 0..<count {
            last &+= try number()
            guard let number = PhoneNumber(word: UInt64(bitPattern: last)) else { throw PackedDirectory.damaged }
            let nameLength = UInt32(try small())
            let (flow, fallback) = (try place(), try place())
            let (assignment, source, pool) = (try place(), try place(), try place())
            let state = Int(try byte())
            guard states.indices.contains(state), nameLength <= UInt32(names.count) else { throw PackedDirectory.damaged }
            rows.append(
                NumberTable.Row(
                    number: number, nameStart: nameStart, nameLength: nameLength, flow: flow, fallback: fallback, assignment: assignment,
                    source: source, pool: pool, state: states[state]))
            nameStart &+= nameLength
        }
        guard let table = NumberTable(rows: rows, names: names, sources: sources, assignments: assignments) else { throw PackedDirectory.damaged }
        return table
    }

    private mutating func source() throws(StorageError) -> StaticSource {
        let source = try text()
        let mask = try byte()
        let medium = mask & 1 == 0 ? nil : try text()
        return StaticSource(source: source, medium: medium, campaign: mask & 2 == 0 ? nil : try text())
    }

    private mutating func place() throws(StorageError) -> Int32 {
        guard let value = Int32(exactly: Int64(clamping: try count()) - 1) else { throw PackedDirectory.damaged }
        return value
    }
}
