internal import SQLite

/// What each part of an index may hold: the keys, in a Bloom filter, and the span of what they are ordered by.
///
/// An index that comes in no order has a part for each two million rows (`IndexSizes`): what is written then falls on the pages of the newest part, however many calls there are. A look asks only those parts whose filter has the key: of those that do not, one in forty.
struct IndexParts: ~Copyable {
    private struct Part {
        var filter: KeyFilter
        var span: ClosedRange<Int64>
    }

    private let rows: Int
    /// By number; nil where no key was written yet.
    private var parts: [Part?] = []
    /// What differs from the file. Of what is urgent the next start would not read the rows again.
    private var changed: Set<Piece> = []
    private var urgent: Set<Piece> = []
    private var written: Set<Piece> = []
    private var insertChunk: Statement
    private var insertSpan: Statement

    /// A chunk of a part's filter, or its span.
    private struct Piece: Hashable {
        var part: Int
        var chunk: Int?
    }

    /// - Parameter index: the name of the index's table.
    static func schema(of index: String) -> String {
        """
        CREATE TABLE \(index)_parts (part INTEGER PRIMARY KEY, least INTEGER NOT NULL, most INTEGER NOT NULL);
        CREATE TABLE \(index)_filters (part INTEGER NOT NULL, chunk INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (part, chunk)) WITHOUT ROWID;
        """
    }

    init(_ database: borrowing Database, index: String, _ sizes: IndexSizes) throws {
        let rows = 1 << sizes.partBits
        let parts = try Self.read(database, index, rows: rows)
        let insertChunk = try database.prepare("INSERT OR REPLACE INTO \(index)_filters (part, chunk, bytes) VALUES (?1, ?2, ?3)")
        let insertSpan = try database.prepare("INSERT OR REPLACE INTO \(index)_parts (part, least, most) VALUES (?1, ?2, ?3)")
        self.rows = rows
        self.parts = parts
        self.insertChunk = insertChunk
        self.insertSpan = insertSpan
    }

    private static func read(_ database: borrowing Database, _ index: String, rows: Int) throws -> [Part?] {
        var parts: [Part?] = []
        var spans = try database.prepare("SELECT part, least, most FROM \(index)_parts ORDER BY part", persistent: false)
        while try spans.step() {
            guard (0..<65_536).contains(spans.int64(0)), spans.int64(1) <= spans.int64(2) else { throw damaged }
            while parts.count < spans.int64(0) { parts.append(nil) }
            parts.append(Part(filter: KeyFilter(keys: rows), span: spans.int64(1)...spans.int64(2)))
        }
        var chunks = try database.prepare("SELECT part, chunk, bytes FROM \(index)_filters", persistent: false)
        while try chunks.step() {
            let (part, chunk) = (Int(chunks.int64(0)), Int(chunks.int64(1)))
            let isSound = parts.indices.contains(part) && chunks.withBytes(2) { parts[part]?.filter.fill(chunk, with: $0) ?? false }
            guard isSound else { throw damaged }
        }
        return parts
    }

    private static var damaged: StorageError {
        StorageError(.damaged, "an index of the stored calls cannot be read: its parts do not add up; restore the data folder from a backup")
    }

    /// Behind the last part.
    var end: Int { parts.count }

    /// The last part before `end` that may have the key.
    func part(before end: Int, having hash: Int64) -> Int? {
        var part = min(end, parts.count) - 1
        while part >= 0 {
            if parts[part]?.filter.mayHave(hash) ?? false { return part }
            part -= 1
        }
        return nil
    }

    func span(of part: Int) -> ClosedRange<Int64>? { parts.indices.contains(part) ? parts[part]?.span : nil }

    /// Within a transaction: a key is written to a part.
    ///
    /// - Parameter isUrgent: whether this transaction must say so in the file; otherwise the one that brings all that waits does.
    mutating func note(_ hash: Int64, at value: Int64, in part: Int, isUrgent: Bool) {
        while parts.count <= part { parts.append(nil) }
        let span = parts[part]?.span ?? value...value
        if parts[part] == nil {
            parts[part] = Part(filter: KeyFilter(keys: rows), span: span)
            changed.insert(Piece(part: part, chunk: nil))
        } else if !span.contains(value) {
            parts[part]?.span = min(span.lowerBound, value)...max(span.upperBound, value)
            changed.insert(Piece(part: part, chunk: nil))
        }
        guard let (chunk, isNew) = parts[part]?.filter.insert(hash) else { return }
        if isNew { changed.insert(Piece(part: part, chunk: chunk)) }
        // Also where it was changed before, for a key that was not urgent: the file does not know yet.
        if isUrgent { for piece in [Piece(part: part, chunk: nil), Piece(part: part, chunk: chunk)] where changed.contains(piece) { urgent.insert(piece) } }
    }

    /// Within a transaction, after all its keys.
    ///
    /// - Parameter all: also what is not urgent: the rows behind it are not read again by the next start.
    mutating func write(all: Bool) throws(SQLiteError) {
        if urgent.isEmpty, !all { return }
        written = all ? changed : urgent
        for piece in written {
            guard let part = parts[piece.part] else { continue }
            if let chunk = piece.chunk {
                try insertChunk.bind(piece.part, at: 1)
                try insertChunk.bind(chunk, at: 2)
                try insertChunk.bind(part.filter.bytes(of: chunk), at: 3)
                try insertChunk.run()
            } else {
                try insertSpan.bind(piece.part, at: 1)
                try insertSpan.bind(part.span.lowerBound, at: 2)
                try insertSpan.bind(part.span.upperBound, at: 3)
                try insertSpan.run()
            }
        }
    }

    /// What the transaction wrote is on disk. After one that failed the parts may seem to hold more than they do.
    mutating func settle() {
        if written.isEmpty { return }
        changed.subtract(written)
        urgent.subtract(written)
        written = []
    }

    mutating func forgetWritten() { written = [] }
}
