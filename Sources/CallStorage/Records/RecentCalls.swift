internal import CallAttribution

/// Calls that are going on, so that the next event of one reads nothing from the file and unpacks nothing.
///
/// The one that was taken first goes when there are too many: some three kilobytes each, 50 MB in all. A finished call goes at once: little comes after its end, and is read then.
struct RecentCalls {
    private struct Call {
        var row: CallRow
        var history: CallHistory
        /// In `ids`.
        let place: Int
    }

    private var calls: [String: Call] = [:]
    /// Empty where it is free.
    private var ids: [String] = []
    private var free: [Int] = []
    /// Where the next goes that none is free for.
    private var next = 0
    private let capacity: Int

    init(capacity: Int = 16_384) { self.capacity = capacity }

    subscript(callID: String) -> (row: CallRow, history: CallHistory)? { calls[callID].map { ($0.row, $0.history) } }

    mutating func forget(_ callID: String) {
        guard let call = calls.removeValue(forKey: callID) else { return }
        ids[call.place] = ""
        free.append(call.place)
    }

    /// Takes a row as it was written, with its inputs.
    mutating func take(_ row: CallRow, _ history: CallHistory) {
        guard row.columns.dueAt != nil else { return forget(row.callID) }
        let place = calls[row.callID]?.place ?? placeForOne()
        ids[place] = row.callID
        calls[row.callID] = Call(row: row, history: history, place: place)
    }

    private mutating func placeForOne() -> Int {
        if let place = free.popLast() { return place }
        if ids.count < capacity {
            ids.append("")
            return ids.count - 1
        }
        defer { next = (next + 1) % capacity }
        calls[ids[next]] = nil
        return next
    }
}
