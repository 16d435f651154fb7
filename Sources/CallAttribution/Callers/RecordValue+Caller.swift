package import CallModel

extension RecordField {
    /// Whether a caller's number alone decides it, and a table is asked (records.md §3).
    package var isOfCallersPlace: Bool {
        switch self {
        case .callerRegion, .callerCity, .callerLineType, .callerTimeZone: true
        default: false
        }
    }
}

extension RecordValue {
    /// What a record says in a field that is of its caller's place; `none` for any other field.
    ///
    /// - Parameter caller: nil: withheld.
    package init(_ field: RecordField, ofCaller caller: PhoneNumber?, _ places: PlaceLookup) {
        let text: String? =
            switch field {
            case .callerRegion: caller.flatMap(places.place)?.region
            case .callerCity: caller.flatMap(places.place)?.city
            case .callerLineType: caller.flatMap(places.place)?.lineType?.rawValue
            case .callerTimeZone: caller?.timeZone
            default: nil
            }
        self = text.map(RecordValue.text) ?? .none
    }
}
