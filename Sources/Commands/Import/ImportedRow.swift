import CallModel
import CallWire

/// One row of another tracker's export, as the events that make its record (records.md §2).
///
/// The ids of call and events are made of the row's own, so that the same row always makes the same events.
struct ImportedRow {
    private let map: ColumnMap
    /// Where the columns stand.
    private let places: [String: Int]
    /// How many columns there are.
    let width: Int

    /// - Throws: `CommandFailure` where the map names a column that the file has not.
    init(_ map: ColumnMap, header: [String], file: String) throws(CommandFailure) {
        self.map = map
        width = header.count
        places = Dictionary(header.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        let missing = Set(map.columns).filter { places[$0] == nil }.sorted()
        guard missing.isEmpty else {
            if header.count == 1, let delimiter = [";", "\t", ",", "|"].first(where: header[0].contains) {
                throw CommandFailure(.badInput, "\(file): all of its header is one column; write delimiter: \"\(delimiter == "\t" ? "\\t" : String(delimiter))\" in the map")
            }
            let named = missing.prefix(5).map { "\"\($0)\"" }.joined(separator: ", ") + (missing.count > 5 ? " and \(missing.count - 5) more" : "")
            throw CommandFailure(.badInput, "\(file): has no column \(named), which the map names; it has \(header.joined(separator: ", "))")
        }
    }

    /// Empty where the map leaves the row out.
    func events(_ cells: [String]) -> Result<[CallEvent], CallWireError> {
        Result { () throws(CallWireError) in
            guard cells.count == places.count || cells.count > (places.values.max() ?? 0) else {
                throw CallWireError(.malformed, "\(cells.count) cells under \(places.count) columns; quote cells that hold the delimiter")
            }
            // Behind the last column: a delimiter in a cell has moved the others. Some programs end each line with one.
            guard cells.dropFirst(width).allSatisfy({ $0.allSatisfy(\.isWhitespace) }) else {
                throw CallWireError(.malformed, "\(cells.count) cells under \(width) columns; quote cells that hold the delimiter")
            }
            if let only = map.only, !only.words.contains(cell(only.column, cells).lowercased()) { return [] }
            let events = try events(of: Call(map, { cell($0, cells) }))
            for event in events { try Self.check(event) }
            return events
        }
    }

    /// What the recorder would not take is refused here, where the line is known.
    private static func check(_ event: CallEvent) throws(CallWireError) {
        let body = try event.body(.protobuf)
        _ = try CallEvent(body: body.span.bytes, .protobuf)
    }

    private func cell(_ column: String, _ cells: [String]) -> String {
        guard let place = places[column], place < cells.count else { return "" }
        return cells[place].unspaced
    }

    private func events(of call: Call) throws(CallWireError) -> [CallEvent] {
        var events: [CallEvent] = []
        func tell(_ kind: CallEvent.Kind, _ seconds: Double, _ change: (inout CallEvent) -> Void) {
            var event = CallEvent(
                callID: call.callID, kind: kind, at: call.startedAt.advanced(bySeconds: seconds), eventID: "import-\(kind.rawValue)", provider: map.provider,
                providerCallID: call.id)
            change(&event)
            events.append(event)
        }
        // The other tracker routed it, and nobody here was asked.
        tell(.arrived, 0) { ($0.to, $0.from, $0.routedBy, $0.attributes) = (call.to, call.from, "fallback", call.attributes) }
        if let result = call.outcome.attemptResult {
            tell(.attempt, call.ring) { event in
                event.attempt = AttemptReport(number: call.destination, result: result.rawValue, ringSeconds: call.ring)
            }
        }
        switch call.outcome {
        case .answered: tell(.answered, call.ring) { $0.destinationNumber = call.destination }
        // A message of unknown length is one all the same.
        case .voicemail: tell(.voicemail, call.duration) { ($0.durationSeconds, $0.url) = (max(call.talk, 1), call.recording) }
        default: break
        }
        tell(.ended, call.duration) { event in
            event.durationSeconds = call.duration
            event.endedBy = call.outcome == .abandoned ? "caller" : call.outcome == .blocked ? "platform" : ""
            event.cause = call.outcome == .blocked ? "blocked" : ""
        }
        if !call.recording.isEmpty, call.outcome != .voicemail { tell(.recording, call.duration) { ($0.url, $0.durationSeconds) = (call.recording, call.talk) } }
        if !call.tags.isEmpty { tell(.tagged, call.duration) { $0.tags = call.tags } }
        if !call.note.isEmpty { tell(.note, call.duration) { $0.note = call.note } }
        if !call.value.isEmpty { tell(.value, call.duration) { ($0.amount, $0.currency) = (call.value, map.currency ?? "") } }
        if call.isSpam { tell(.spam, call.duration) { $0.spam = true } }
        return events
    }

    /// What a row says of its call.
    private struct Call {
        var id: String
        var callID: String
        var startedAt: Timestamp
        var to: String
        var from: String
        var destination: String
        var outcome: ImportedOutcome
        var duration: Double
        var ring: Double
        var talk: Double
        var recording: String
        var tags: [String]
        var note: String
        var value: String
        var isSpam: Bool
        var attributes: [String: String]

        init(_ map: ColumnMap, _ cell: (String) -> String) throws(CallWireError) {
            id = map.callID.map(cell).joined(separator: "-")
            guard id.contains(where: { $0 != "-" }) else { throw CallWireError(.missing, "\(map.callID.joined(separator: ", ")) is empty; a call needs an id") }
            callID = "\(map.provider)-\(id)"
            let time = map.startedAt.map(cell).joined(separator: " ")
            let patterns = map.format.map { [$0] } ?? TimePattern.usual
            guard let moment = patterns.lazy.compactMap({ $0.moment(time, in: map.zone) }).first else {
                throw CallWireError(.malformed, "\(map.startedAt.joined(separator: ", ")): \"\(time)\" is no time of the map's format; give started_at a format such as \"%Y-%m-%d %H:%M:%S\"")
            }
            startedAt = moment
            guard let number = PhoneNumber.parse(cell(map.to), country: map.country).number else {
                throw CallWireError(.malformed, "\(map.to): \"\(cell(map.to).lastTwo)\" is no telephone number; write + and the country's code, or give the map a country")
            }
            to = number.e164
            // Withheld, or nothing that is a number: as the export has it.
            let caller = map.from.map(cell) ?? ""
            from = PhoneNumber.parse(caller, country: map.country).number?.e164 ?? caller
            let dialled = map.destination.map(cell) ?? ""
            destination = PhoneNumber.parse(dialled, country: map.country).number?.e164 ?? dialled
            outcome = try Self.outcome(map, cell)
            func seconds(_ column: String?) throws(CallWireError) -> Double? {
                guard let column, !cell(column).isEmpty else { return nil }
                guard let seconds = importedSeconds(cell(column)) else {
                    throw CallWireError(.malformed, "\(column): \"\(cell(column).lastTwo)\" is no length of time; write seconds, 1:35 or 1m 35s")
                }
                return seconds
            }
            let (told, rang, talked) = (try seconds(map.duration), try seconds(map.ring), try seconds(map.talk))
            let hasTalk = outcome == .answered || outcome == .voicemail
            // Of whole = ringing + talk two tell the third; a whole alone is talk where there was any, else ringing.
            ring = rang ?? max(0, (told ?? talked ?? 0) - (hasTalk ? talked ?? told ?? 0 : 0))
            talk = hasTalk ? talked ?? max(0, (told ?? 0) - ring) : 0
            duration = max(told ?? 0, ring + talk)
            recording = map.recording.map(cell) ?? ""
            tags = map.tags.map { tags in cell(tags.column).split(separator: tags.separator).map(\.unspaced).filter { !$0.isEmpty } } ?? []
            note = map.note.map(cell) ?? ""
            value = map.value.map { cell($0).filter { $0 != "$" && $0 != "," } } ?? ""
            if let amount = Double(value), amount == 0 { value = "" }
            isSpam = map.spam.map { $0.words.contains(cell($0.column).lowercased()) } ?? false
            attributes = Dictionary(map.attributes.map { ($0.name, cell($0.column)) }.filter { !$0.1.isEmpty }, uniquingKeysWith: { first, _ in first })
        }

        private static func outcome(_ map: ColumnMap, _ cell: (String) -> String) throws(CallWireError) -> ImportedOutcome {
            for column in map.outcomes {
                if let outcome = column.words[cell(column.column).lowercased()] { return outcome }
            }
            if let otherwise = map.otherwise { return otherwise }
            let found = map.outcomes.map { "\($0.column): \"\(cell($0.column).lastTwo)\"" }.joined(separator: ", ")
            throw CallWireError(.unknownWord, "\(found) is in no list of words; add it to the map's outcome, or {otherwise: missed}")
        }
    }
}

extension ImportedOutcome {
    /// How the destination's ringing ended; nil: it never rang.
    fileprivate var attemptResult: AttemptResult? {
        switch self {
        case .answered: .answered
        case .missed, .voicemail: .noAnswer
        case .abandoned: .callerHangup
        case .busy: .busy
        case .rejected: .rejected
        case .failed: .failed
        case .congestion: .congestion
        case .blocked: nil
        }
    }
}

extension String {
    /// For refusals: no more of a number than its last two digits.
    fileprivate var lastTwo: String { count(where: \.isNumber) >= 7 ? "…\(suffix(2))" : self }
}
