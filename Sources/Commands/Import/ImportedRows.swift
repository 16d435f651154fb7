import CallModel
import CallWire

/// The rows of an export so far, by their calls: one that says something else of a call would be passed over in silence, for its events have the ids of the first one's.
struct ImportedRows {
    private struct Row {
        var line: Int
        var content: Int
    }

    /// By hashes of the calls' ids: some 50 bytes a row.
    private var rows: [Int: Row] = [:]

    /// Refuses a row whose call stands in an earlier one that says something else; an equal one is a duplicate.
    mutating func check(_ line: inout NumberedLine) {
        guard case .success(let events) = line.events, let callID = events.first?.callID else { return }
        let row = Row(line: line.number, content: events.hashValue)
        guard let earlier = rows[callID.hashValue] else {
            rows[callID.hashValue] = row
            return
        }
        guard earlier.content != row.content else { return }
        line.events = .failure(CallWireError(.malformed, "call \"\(callID)\" is in line \(earlier.line) already, and otherwise: give call_id the columns that tell calls apart, or leave one of the two out"))
    }
}
