package import CallModel

extension Limit {
    /// When the period around a moment ends, and counting begins anew; nil for a lifetime and for calls under way, which have none.
    ///
    /// Before the limit's `from` that is when it begins to count.
    package func periodEnd(at time: Timestamp) -> Timestamp? {
        let window = per == .concurrent ? nil : LimitWindow(of: self, at: time)
        guard let end = window?.end.number, end != .max else { return nil }
        return Timestamp(milliseconds: Int64(end) * 900_000)
    }
}
