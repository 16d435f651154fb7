internal import CallModel

/// A column of digests: one 32-bit word for each call. Numbers are never given anew: files carry them.
struct DigestColumn: Hashable {
    let number: Int

    // What a call is and when it was.
    static let rowLow = DigestColumn(number: 0)
    static let rowHigh = DigestColumn(number: 1)
    static let startLow = DigestColumn(number: 2)
    static let startHigh = DigestColumn(number: 3)
    static let account = DigestColumn(number: 4)
    static let callerLow = DigestColumn(number: 5)
    static let callerHigh = DigestColumn(number: 6)
    // What reports count by: numbers of names.
    static let trackingNumber = DigestColumn(number: 7)
    static let destination = DigestColumn(number: 8)
    static let pool = DigestColumn(number: 9)
    static let landingPage = DigestColumn(number: 10)
    static let source = DigestColumn(number: 11)
    static let firstTouch = DigestColumn(number: 12)
    static let lastTouch = DigestColumn(number: 13)
    static let currency = DigestColumn(number: 14)
    static let outcome = DigestColumn(number: 15)
    static let attribution = DigestColumn(number: 16)
    static let valueLow = DigestColumn(number: 17)
    static let valueHigh = DigestColumn(number: 18)
    static let marks = DigestColumn(number: 19)
    /// 0: not known; else one more than the earlier calls, of which no more than `CallDigest.mostPrior` are counted.
    static let prior = DigestColumn(number: 20)
    /// A flag as `DigestWord` writes it.
    static let qualified = DigestColumn(number: 21)

    private static let firstField = 32
    /// Of a digest.
    static let count = 112

    /// Fields of records by their names there; a new one is added at the end. What is not here is looked up in the record itself: also what a number's place says, which recording shall not wait for.
    private static let names = [
        "talk_seconds", "ring_seconds", "duration_seconds", "voicemail_seconds", "value", "answered", "first_time", "spam", "is_test",
        "pool_number_without_session", "outcome", "end_reason", "ended_by", "routing_type", "routed_by", "digits", "flow", "pool", "provider",
        "tracking_number", "tracking_name", "destination_id", "destination_number", "caller_number", "caller_name", "caller_country",
        "attribution", "source", "medium", "campaign", "keyword", "content", "landing_page", "page", "referrer",
        "device", "currency", "repeat_window_days", "directory_version", "revision", "qualified", "repeat_scope", "qualified_rule", "provider_call_id",
        "assigned_to.kind", "assigned_to.value", "first_touch.source", "first_touch.medium", "first_touch.campaign", "first_touch.keyword",
        "first_touch.content", "last_touch.source", "last_touch.medium", "last_touch.campaign", "last_touch.keyword", "last_touch.content", "gclid",
        "gbraid", "wbraid", "msclkid", "fbclid", "visitor_id", "session_id", "note", "recording_url", "tags", "flags",
    ]

    /// Those fields of a record that a column holds.
    static let fields: [(field: RecordField, column: DigestColumn)] = RecordField.allCases.compactMap { field in
        names.firstIndex(of: field.rawValue).map { (field, DigestColumn(number: firstField + $0)) }
    }

    /// Those of them that also a call has which no web visitor made.
    static let fieldsWithoutWeb = fields.filter { !$0.field.isOfWeb }

    private static let columns = Dictionary(uniqueKeysWithValues: fields.map { ($0.field, $0.column) })

    /// Nil: the record itself is to be looked at.
    static func of(_ field: RecordField) -> DigestColumn? { field == .priorCalls ? prior : columns[field] }

    static let talk = field(.talkSeconds)
    static let ring = field(.ringSeconds)
    static let firstTime = field(.firstTime)

    /// What the rules make of a call.
    static let ofQualification = fields.filter { $0.field.rawValue.hasPrefix("qualified") }.map(\.column)

    private static func field(_ field: RecordField) -> DigestColumn {
        // Both are in `names`; were they not, column 31 is nobody's and holds 0.
        columns[field] ?? DigestColumn(number: firstField - 1)
    }
}
