import CallModel
import CallWire

/// A line of an import, read.
struct NumberedLine: Sendable {
    /// From 1; a header counts.
    var number: Int
    /// One of a file of events; of an export's row as many as make its call, none where the map leaves it out.
    var events: Result<[CallEvent], CallWireError>
}

/// The events of a file or a stream of any size, a batch at a time.
struct EventLines: ~Copyable {
    enum Form {
        case ndjson
        /// A column for each field of an event.
        case csv
        /// Another tracker's export.
        case export(ColumnMap)

        var hasHeader: Bool { if case .ndjson = self { false } else { true } }

        var delimiter: UInt8 {
            if case .export(let map) = self { map.delimiter } else { UInt8(ascii: ",") }
        }
    }

    private var input: InputLines
    private var header: CSV.Header?
    /// The lines of the record that is being read: its quoted cells may hold line ends.
    private var held: [InputLines.Line] = []
    private var scan: CSV.Scan
    private let form: Form
    private let path: String

    /// - Throws: `CommandFailure` where there is no such file or it cannot be read.
    init(_ path: String, _ form: Form) throws(CommandFailure) {
        self.form = form
        self.path = path
        input = try InputLines(path)
        scan = CSV.Scan(delimiter: form.delimiter)
    }

    /// How far it got, where that can be known.
    var percent: String {
        guard let size = input.size, size > 0 else { return "…" }
        return "\(input.taken * 100 / size) %"
    }

    /// The next lines, empty ones left out: as many as are here where a stream pauses; nil at the end.
    ///
    /// - Throws: `CommandFailure` where the input cannot be read, or its header names what no event has.
    mutating func next(_ count: Int) async throws(CommandFailure) -> [NumberedLine]? {
        var lines: [NumberedLine] = []
        while lines.count < count {
            if let line = input.next() {
                if let read = try take(line) { lines.append(read) }
            } else if input.isAtEnd {
                guard !held.isEmpty else { break }
                lines.append(refuse("a quoted cell begins here and is not closed; put a quote at its end"))
            } else {
                if !input.isReady {
                    // What a stream has told is passed on before it is waited for the rest.
                    if !lines.isEmpty { break }
                    await input.waitUntilReady()
                }
                try input.read()
            }
        }
        // Where an export is cut off before its first line, all of it is missing.
        if lines.isEmpty, case .export = form, header == nil { throw CommandFailure(.badInput, "\(path): is empty; an export begins with its columns' titles") }
        return lines.isEmpty ? nil : lines
    }

    /// Nil for an empty line, for the header, and within a record of several lines.
    private mutating func take(_ line: InputLines.Line) throws(CommandFailure) -> NumberedLine? {
        if line.number == 1 { try checkText(line.bytes) }
        if held.isEmpty, line.length == 0 { return nil }
        held.append(line)
        // What would stand in place of its letters is not to be stored.
        if String(validating: line.bytes, as: UTF8.self) == nil {
            let reason = "is not UTF-8; save the file in that encoding"
            if header == nil, form.hasHeader { throw CommandFailure(.badInput, "\(path): \(reason)") }
            return refuse(reason)
        }
        if line.isTooLong || held.reduce(0, { $0 + $1.length }) > InputLines.longest {
            let what = held.count > 1 ? "a quoted cell begins here and is not closed" : "the line has \(line.length) bytes"
            return refuse("\(what); at most \(InputLines.longest) bytes are one event")
        }
        if case .ndjson = form {
            held = []
            return NumberedLine(number: line.number, events: Self.event(line.bytes).map { [$0] })
        }
        switch scan.take(line.bytes) {
        case .more: return nil
        case .malformed(let reason): return refuse(reason)
        case .record(let cells): return try read(cells)
        }
    }

    /// - Throws: `CommandFailure` for a file that is no text of ours as a whole: it would be refused line by line.
    private func checkText(_ bytes: [UInt8]) throws(CommandFailure) {
        let unpack = "unpack it first, as in `gunzip -c \(path == "-" ? "FILE" : path) | trunkline publish -`"
        if bytes.starts(with: [0x1F, 0x8B]) { throw CommandFailure(.badInput, "\(path): is compressed; \(unpack)") }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) { throw CommandFailure(.badInput, "\(path): is UTF-16; save it as UTF-8") }
    }

    private mutating func read(_ cells: [String]) throws(CommandFailure) -> NumberedLine? {
        let first = held[0].number
        guard let header else {
            switch form {
            case .export(let map): header = .export(try ImportedRow(map, header: cells, file: path))
            default: header = .events(try CSV.columns(cells, "\(path):\(first)"))
            }
            restart()
            return nil
        }
        if held.count > 1, cells.count != header.width {
            // A quote too many joins lines that are none of one record: only the first of them is at fault.
            return refuse("\(cells.count) cells over \(held.count) lines under \(header.width) columns; close the quoted cell that begins here")
        }
        restart()
        switch header {
        case .events(let columns): return NumberedLine(number: first, events: CSV.event(cells, columns).map { [$0] })
        case .export(let row): return NumberedLine(number: first, events: row.events(cells))
        }
    }

    /// The first line of the record, refused; the others come again, each for itself.
    private mutating func refuse(_ reason: String) -> NumberedLine {
        let first = held[0].number
        input.giveBack(held.dropFirst())
        restart()
        return NumberedLine(number: first, events: .failure(CallWireError(.malformed, reason)))
    }

    private mutating func restart() {
        held = []
        scan = CSV.Scan(delimiter: form.delimiter)
    }

    private static func event(_ json: [UInt8]) -> Result<CallEvent, CallWireError> {
        Result { () throws(CallWireError) in
            guard json.first != UInt8(ascii: "[") else { throw CallWireError(.malformed, "a list begins here; write one event a line, each in braces, {…}") }
            return try CallEvent(body: json.span.bytes, .json)
        }
    }
}

extension CSV {
    /// What the first record of a file says of the others.
    enum Header {
        case events([String])
        case export(ImportedRow)

        var width: Int {
            switch self {
            case .events(let columns): columns.count
            case .export(let row): row.width
            }
        }
    }
}
