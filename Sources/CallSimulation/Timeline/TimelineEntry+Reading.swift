import CallModel

extension TimelineEntry {
    /// Reads a timeline, an object a line; empty lines count but say nothing.
    ///
    /// Returned in the order in which they happen: by time, then by line.
    static func read(_ timeline: String) throws(SimulationError) -> [TimelineEntry] {
        let bytes = Array(timeline.utf8)
        var entries: [TimelineEntry] = []
        var start = bytes.startIndex
        var line = 0
        var isSorted = true
        while start < bytes.endIndex {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
            line += 1
            if bytes[start..<end].contains(where: { $0 > 0x20 }) {
                let entry = try TimelineEntry(bytes[start..<end], line: line)
                if let last = entries.last, entry.at < last.at { isSorted = false }
                entries.append(entry)
            }
            start = end + 1
        }
        // `sort` keeps no order among equals by promise, so the line is part of it.
        if !isSorted { entries.sort { ($0.at, $0.line) < ($1.at, $1.line) } }
        return entries
    }

    private init(_ bytes: ArraySlice<UInt8>, line: Int) throws(SimulationError) {
        do throws(JSONFault) {
            var draft = TimelineDraft()
            var reader = JSONReader(bytes)
            try reader.object { (reader, name) throws(JSONFault) in try draft.read(&reader, name) }
            try reader.end()
            self.init(line: line, at: try draft.moment(), action: try draft.action())
        } catch {
            throw SimulationError(line: line, error.description)
        }
    }
}

extension Timestamp {
    /// A raw event without its own `at` happens when its line does.
    static let unsaid = Timestamp(milliseconds: .min)
}

extension JSONReader {
    mutating func timestamp() throws(JSONFault) -> Timestamp {
        let text = try text()
        guard let moment = Timestamp(rfc3339: text) else {
            throw JSONFault(message: "\"\(text)\" is no time; write it as 2026-06-03T14:05:00Z")
        }
        return moment
    }

    /// Seconds that something takes: not negative, and no more than a year.
    mutating func seconds() throws(JSONFault) -> Double {
        let value = try number()
        guard (0...31_536_000).contains(value) else { throw JSONFault(message: "\(value) is out of range; write seconds from 0 to 31536000") }
        return value
    }
}

extension String {
    /// "endedBy" as "ended_by": input takes either case (directory.md §5).
    var snakeCased: String {
        guard utf8.contains(where: { (65...90).contains($0) }) else { return self }
        return String(decoding: utf8.flatMap { (65...90).contains($0) ? [UInt8(ascii: "_"), $0 + 32] : [$0] }, as: UTF8.self)
    }
}
