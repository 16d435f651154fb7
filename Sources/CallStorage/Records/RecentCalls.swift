/// Rows of calls that were written lately, so that the next event of a call reads nothing from the file.
///
/// The oldest goes when there are too many: half a kilobyte each, some 30 MB in all.
struct RecentCalls {
    private var rows: [String: CallRow] = [:]
    private var ring: [String] = []
    private var next = 0
    private let capacity: Int

    init(capacity: Int = 65_536) { self.capacity = capacity }

    subscript(callID: String) -> CallRow? { rows[callID] }

    mutating func keep(_ row: CallRow) {
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
