internal import CallAttribution
internal import CallModel

/// A condition on what a caller's number tells: no column has it, the number's digits do.
struct CallerTest {
    let condition: RecordCondition
    let places: PlaceLookup

    /// - Parameter caller: the digits; 0: withheld.
    func verdict(_ caller: Int64) -> DigestVerdict {
        let number = caller > 0 ? PhoneNumber(digits: UInt64(caller)) : nil
        return condition.holds(RecordValue(condition.field, ofCaller: number, places)) ? .yes : .no
    }
}
