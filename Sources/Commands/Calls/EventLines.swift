import CallModel
import CallWire
import Foundation

/// A line of an import, read.
struct NumberedLine: Sendable {
    /// From 1; a header counts.
    var number: Int
    /// One of a file of events; of an export's row as many as make its call, none where the map leaves it out.
    var events: Result<[CallEvent], CallWireError>
}

/// The events of a file of any size, a batch at a time.
struct EventLines: ~Copyable {
    enum Form {
        case ndjson
        /// A column for each field of an event.
        case csv
        /// Another tracker's export.
        case export(ColumnMap)
    }

    private let handle: FileHandle
    private let size: UInt64?
    private var taken: UInt64 = 0
    private var buffer = Data()
    private var isAtEnd = false
    /// Whether a line of the record under way is no UTF-8: what stands there instead of its letters is not to be stored.
    private var isDamaged = false
    private var number = 0
    private var columns: [String]?
    private var imported: ImportedRow?
    private let form: Form
    private let path: String

    /// - Throws: `CommandFailure` where there is no such file or it cannot be read.
    init(_ path: String, _ form: Form) throws(CommandFailure) {
        self.form = form
        self.path = path
        if path == "-" {
            handle = .standardInput
            size = nil
            return
        }
        guard FileManager.default.fileExists(atPath: path) else { throw CommandFailure(.noSuchFile, "\(path): no such file") }
        guard let handle = FileHandle(forReadingAtPath: path) else { throw CommandFailure(.io, "\(path): cannot be read; check its permissions") }
        self.handle = handle
        size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber)?.uint64Value
    }

    /// How far it got, where that can be known.
    var percent: String {
        guard let size, size > 0 else { return "…" }
        return "\(taken * 100 / size) %"
    }

    /// The next lines, empty ones left out; nil at the end.
    mutating func next(_ count: Int) throws(CommandFailure) -> [NumberedLine]? {
        var lines: [NumberedLine] = []
        while lines.count < count, let (first, text) = try row() {
            if let events = try events(text) { lines.append(NumberedLine(number: first, events: events)) }
        }
        // Where an export is cut off before its first line, all of it is missing.
        if lines.isEmpty, case .export = form, imported == nil { throw CommandFailure(.badInput, "\(path): is empty; an export begins with its columns' titles") }
        return lines.isEmpty ? nil : lines
    }

    /// Nil for an empty line and for the header.
    private mutating func events(_ text: String) throws(CommandFailure) -> Result<[CallEvent], CallWireError>? {
        guard !text.isEmpty else { return nil }
        guard !isDamaged else {
            let reason = "is not UTF-8; save the file in that encoding"
            // Nothing can be read without its header.
            if columns == nil, imported == nil, !isEventsOnly { throw CommandFailure(.badInput, "\(path): \(reason)") }
            return .failure(CallWireError(.malformed, reason))
        }
        switch form {
        case .ndjson: return Self.event(Array(text.utf8)).map { [$0] }
        case .csv:
            let cells = CSV.cells(text)
            if let columns { return CSV.event(cells, columns).map { [$0] } }
            columns = cells
        case .export(let map):
            let cells = CSV.cells(text, delimiter: map.delimiter)
            if let imported { return imported.events(cells) }
            imported = try ImportedRow(map, header: cells, file: path)
        }
        return nil
    }

    private var isEventsOnly: Bool { if case .ndjson = form { true } else { false } }

    private static func event(_ json: [UInt8]) -> Result<CallEvent, CallWireError> {
        Result { () throws(CallWireError) in try CallEvent(body: json.span.bytes, .json) }
    }

    /// One line, or in CSV one record, whose quoted cells may hold line ends.
    ///
    /// - Returns: with the number of its first line.
    private mutating func row() throws(CommandFailure) -> (number: Int, text: String)? {
        isDamaged = false
        guard var text = try line() else { return nil }
        let first = number
        if case .ndjson = form { return (first, text) }
        while text.utf8.count(where: { $0 == UInt8(ascii: "\"") }) % 2 != 0, let more = try line() { text += "\n" + more }
        return (first, text)
    }

    private mutating func line() throws(CommandFailure) -> String? {
        while true {
            if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
                let bytes = buffer[buffer.startIndex..<end]
                buffer = buffer[(end + 1)...]
                return text(bytes)
            }
            if isAtEnd {
                guard !buffer.isEmpty else { return nil }
                let bytes = buffer
                buffer = Data()
                return text(bytes)
            }
            guard let more = try? handle.read(upToCount: 1 << 18) ?? Data() else { throw CommandFailure(.io, "the input cannot be read any further") }
            taken += UInt64(more.count)
            isAtEnd = more.isEmpty
            buffer = Data(buffer) + more
        }
    }

    private mutating func text(_ bytes: Data) -> String {
        number += 1
        let valid = String(validating: bytes, as: UTF8.self)
        if valid == nil { isDamaged = true }
        var text = valid ?? String(decoding: bytes, as: UTF8.self)
        // What spreadsheets put before their CSV.
        if number == 1, text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
        return text.hasSuffix("\r") ? String(text.dropLast()) : text
    }
}
