internal import CallAttribution

/// Calls that are going on, so that the next event of one reads nothing from the file and unpacks nothing.
///
/// The oldest goes when there are too many: some two kilobytes each, 35 MB in all. A finished call goes at once: little comes after its end, and is read then.
struct RecentCalls {
    private var calls: [String: (row: CallRow, history: CallHistory)] = [:]
    /// In order of arrival; an id may stand here longer than its row, or twice.
    private var ring: [String] = []
    private var next = 0
    private let capacity: Int

    init(capacity: Int = 16_384) { self.capacity = capacity }

    subscript(callID: String) -> (row: CallRow, history: CallHistory)? { calls[callID] }

    mutating func forget(_ callID: String) { calls[callID] = nil }

    /// Takes a row as it was written, with its inputs.
    mutating func take(_ row: CallRow, _ history: CallHistory) {
        guard row.columns.dueAt != nil else {
            calls[row.callID] = nil
            return
        }
        guard calls.updateValue((row, history), forKey: row.callID) == nil else { return }
        if ring.count < capacity {
            ring.append(row.callID)
        } else {
            calls[ring[next]] = nil
            ring[next] = row.callID
            next = (next + 1) % capacity
        }
    }
}
