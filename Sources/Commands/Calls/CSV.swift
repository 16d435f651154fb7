import CallModel
import CallWire
import MessageWire

/// RFC 4180, and events written in it: a column for each field of CallEvent, `attempt.result` for a field in a field.
enum CSV {
    static func cells(_ record: String, delimiter: UInt8 = UInt8(ascii: ",")) -> [String] {
        var cells: [String] = []
        var cell: [UInt8] = []
        var isQuoted = false
        var bytes = record.utf8.makeIterator()
        var pending = bytes.next()
        while let byte = pending {
            pending = bytes.next()
            switch byte {
            case UInt8(ascii: "\"") where isQuoted && pending == byte:
                cell.append(byte)
                pending = bytes.next()
            case UInt8(ascii: "\""): isQuoted.toggle()
            case delimiter where !isQuoted:
                cells.append(String(decoding: cell, as: UTF8.self))
                cell = []
            default: cell.append(byte)
            }
        }
        return cells + [String(decoding: cell, as: UTF8.self)]
    }

    /// - Throws: nothing; what is wrong with the event is the result.
    static func event(_ cells: [String], _ columns: [String]) -> Result<CallEvent, CallWireError> {
        guard cells.count == columns.count else {
            return .failure(CallWireError(.malformed, "\(cells.count) cells under \(columns.count) columns; quote cells that hold a comma"))
        }
        var members: [JSON.Member] = []
        var attempt: [JSON.Member] = []
        for (column, cell) in zip(columns, cells) where !cell.isEmpty {
            if column.hasPrefix("attempt.") {
                attempt.append(JSON.Member(String(column.dropFirst(8)), .string(cell)))
            } else {
                members.append(JSON.Member(column, value(cell, column)))
            }
        }
        if !attempt.isEmpty { members.append(JSON.Member("attempt", .object(attempt))) }
        let body = JSON.object(members).utf8
        return Result { () throws(CallWireError) in try CallEvent(body: body.span.bytes, .json) }
    }

    /// Numbers may stand in quotes in proto3 JSON; truth and lists may not.
    private static func value(_ cell: String, _ column: String) -> JSON {
        switch column {
        case "is_test", "isTest", "spam": ["true", "1", "yes"].contains(cell.lowercased()) ? true : ["false", "0", "no"].contains(cell.lowercased()) ? false : .string(cell)
        case "tags": .array(cell.split(separator: ";").map { .string(String($0)) })
        default: .string(cell)
        }
    }
}
