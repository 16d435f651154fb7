import CallModel
import CallWire
import MessageBroker
import MessageWire

/// RFC 4180, and events written in it: a column for each field of CallEvent, `attempt.result` for a field in a field, `attributes.x` for an attribute.
enum CSV {
    /// The cells of one record, taken a line at a time.
    struct Scan {
        enum Outcome {
            case record([String])
            /// A quoted cell goes on in the next line.
            case more
            case malformed(String)
        }

        private enum Place {
            case start, plain, quoted
            /// Behind a quote that may be the cell's last.
            case closed
        }

        private let delimiter: UInt8
        private var cells: [String] = []
        private var cell: [UInt8] = []
        private var place = Place.start

        init(delimiter: UInt8) { self.delimiter = delimiter }

        mutating func take(_ line: [UInt8]) -> Outcome {
            let quote = UInt8(ascii: "\"")
            if place == .quoted { cell.append(UInt8(ascii: "\n")) }
            for byte in line {
                switch (place, byte) {
                case (.quoted, quote): place = .closed
                case (.quoted, _): cell.append(byte)
                case (.closed, quote):
                    cell.append(quote)
                    place = .quoted
                case (_, delimiter): endCell()
                case (.closed, UInt8(ascii: " ")): break
                case (.closed, _): return .malformed("something follows a quoted cell; write a quote inside of a cell twice, and close the cell with one")
                case (.start, quote): place = .quoted
                // RFC 4180 leaves open what a quote means in a cell that began without one: here it is one.
                default:
                    cell.append(byte)
                    place = .plain
                }
            }
            if place == .quoted { return .more }
            endCell()
            return .record(cells)
        }

        private mutating func endCell() {
            cells.append(String(decoding: cell, as: UTF8.self))
            cell = []
            place = .start
        }
    }

    /// - Throws: `CommandFailure` for a column that is no field of an event, or stands twice.
    static func columns(_ cells: [String], _ place: String) throws(CommandFailure) -> [String] {
        let columns = cells.map(\.unspaced)
        if columns.count == 1, let other = [";", "\t", "|"].first(where: columns[0].contains) {
            throw CommandFailure(.badInput, "\(place): all of the header is one column; put commas where it has \(other == "\t" ? "tabs" : "\"\(other)\"")")
        }
        var seen: Set<String> = []
        for column in columns {
            guard CallEvent.isField(column) else {
                let known = CallEvent.fieldNames
                let remedy = NearestWord.nearest(to: column.lowercased(), among: known).map { "did you mean \($0)?" } ?? "use \(known.joined(separator: ", "))"
                throw CommandFailure(.badInput, "\(place): an event has no field \"\(column.prefix(64))\"; \(remedy)")
            }
            guard seen.insert(column).inserted else { throw CommandFailure(.badInput, "\(place): column \"\(column)\" stands twice; keep one of them") }
        }
        return columns
    }

    /// - Throws: nothing; what is wrong with the event is the result.
    static func event(_ cells: [String], _ columns: [String]) -> Result<CallEvent, CallWireError> {
        guard cells.count == columns.count else {
            return .failure(CallWireError(.malformed, "\(cells.count) cells under \(columns.count) columns; quote cells that hold a comma"))
        }
        var members: [JSON.Member] = []
        var attempt: [JSON.Member] = []
        var attributes: [JSON.Member] = []
        for (column, cell) in zip(columns, cells) where !cell.isEmpty {
            if column.hasPrefix("attempt.") {
                attempt.append(JSON.Member(String(column.dropFirst(8)), .string(cell)))
            } else if column.hasPrefix("attributes.") {
                attributes.append(JSON.Member(String(column.dropFirst(11)), .string(cell)))
            } else {
                members.append(JSON.Member(column, value(cell, column)))
            }
        }
        if !attempt.isEmpty { members.append(JSON.Member("attempt", .object(attempt))) }
        if !attributes.isEmpty { members.append(JSON.Member("attributes", .object(attributes))) }
        let body = JSON.object(members).utf8
        return Result { () throws(CallWireError) in try CallEvent(body: body.span.bytes, .json) }
    }

    /// Numbers may stand in quotes in proto3 JSON; truth and lists may not.
    private static func value(_ cell: String, _ column: String) -> JSON {
        switch column {
        case "is_test", "isTest", "spam": ["true", "1", "yes"].contains(cell.lowercased()) ? true : ["false", "0", "no"].contains(cell.lowercased()) ? false : .string(cell)
        case "tags": .array(cell.split(separator: ";").map(\.unspaced).filter { !$0.isEmpty }.map { .string($0) })
        default: .string(cell)
        }
    }
}

extension StringProtocol {
    /// Without the spaces before and behind it.
    var unspaced: String {
        var text = Substring(self)
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
