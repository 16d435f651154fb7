import CallModel
import CallWire
import Foundation

/// A line of an import, read.
struct NumberedLine: Sendable {
    /// From 1; a header counts.
    var number: Int
    var event: Result<CallEvent, CallWireError>
}

/// The events of a file of any size, a batch at a time.
struct EventLines: ~Copyable {
    private let handle: FileHandle
    private let size: UInt64?
    private var taken: UInt64 = 0
    private var buffer = Data()
    private var isAtEnd = false
    private var number = 0
    private var columns: [String]?
    private let isCSV: Bool

    /// - Throws: `CommandFailure` where there is no such file or it cannot be read.
    init(_ path: String, isCSV: Bool) throws(CommandFailure) {
        self.isCSV = isCSV
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
        while lines.count < count, let text = try row() {
            guard !text.isEmpty else { continue }
            guard isCSV else {
                lines.append(NumberedLine(number: number, event: Self.event(Array(text.utf8))))
                continue
            }
            let cells = CSV.cells(text)
            if let columns {
                lines.append(NumberedLine(number: number, event: CSV.event(cells, columns)))
            } else {
                columns = cells
            }
        }
        return lines.isEmpty ? nil : lines
    }

    private static func event(_ json: [UInt8]) -> Result<CallEvent, CallWireError> {
        Result { () throws(CallWireError) in try CallEvent(body: json.span.bytes, .json) }
    }

    /// One line, or in CSV one record, whose quoted cells may hold line ends.
    private mutating func row() throws(CommandFailure) -> String? {
        guard var text = try line() else { return nil }
        while isCSV, text.utf8.count(where: { $0 == UInt8(ascii: "\"") }) % 2 != 0, let more = try line() { text += "\n" + more }
        return text
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
        let text = String(decoding: bytes, as: UTF8.self)
        return text.hasSuffix("\r") ? String(text.dropLast()) : text
    }
}
