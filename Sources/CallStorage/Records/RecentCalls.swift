/// Rows of calls that are going on, so that the next event of a call reads nothing from the file.
///
/// The oldest goes when there are too many: half a kilobyte each, some 30 MB in all. A finished call goes at once: little comes after its end, and is read then.
struct RecentCalls {
    private var rows: [String: CallRow] = [:]
    /// In order of arrival; an id may stand here longer than its row, or twice.
    private var ring: [String] = []
    private var next = 0
    private let capacity: Int

    init(capacity: Int = 65_536) { self.capacity = capacity }

    subscript(callID: String) -> CallRow? { rows[callID] }

    mutating func forget(_ callID: String) { rows[callID] = nil }

    /// Takes a row as it was written.
    mutating func take(_ row: CallRow) {
        guard row.columns.dueAt != nil else {
            rows[row.callID] = nil
            return
        }
        guard rows.updateValue(row, forKey: row.callID) == nil else { return }
        if ring.count < capacity {
            ring.append(row.callID)
        } else {
            rows[ring[next]] = nil
            ring[next] = row.callID
            next = (next + 1) % capacity
        }
    }
}
