import CallModel

/// What the columns of another tracker's call export mean: the file of `publish --columns`.
///
/// ```yaml
/// provider: callrail              # begins the calls' ids and names the records' provider
/// country: US                     # of numbers written without +
/// time_zone: America/New_York     # of times that name no zone; default: UTC
/// delimiter: ","
/// only: {column: direction, words: [inbound]}            # other rows are left out
/// call_id: id                     # a column, or a list of columns that tell calls apart
/// started_at: {columns: [date, time], format: "%m/%d/%Y %I:%M %p"}   # or a column; without a format: RFC 3339, "2026-06-03 14:05:00", Unix seconds
/// to: tracking_phone_number
/// from: customer_phone_number
/// destination: business_phone_number
/// duration_seconds: duration      # of the whole call; "95", "1:35" or "1m 35s"
/// ring_seconds: …
/// talk_seconds: …
/// outcome:                        # the first column that has a word of its list decides
///   - {column: voicemail, words: {"true": voicemail}}
///   - {column: answered, words: {"true": answered}}
///   - {otherwise: missed}
/// tags: {column: tags, separator: ","}
/// note: note
/// value: value
/// currency: USD
/// recording: recording
/// spam: {column: spam, words: ["true"]}
/// attributes: {source: source, medium: medium, landing_page: landing_page_url}     # kept with the call, each by its name
/// ```
struct ColumnMap: Sendable {
    var provider: String
    var country: Country?
    var zone: ZoneRules
    var delimiter: UInt8 = UInt8(ascii: ",")
    var only: Words?
    var callID: [String]
    var startedAt: [String]
    var format: TimePattern?
    var to: String
    var from: String?
    var destination: String?
    var duration: String?
    var ring: String?
    var talk: String?
    var outcomes: [OutcomeWords]
    var otherwise: ImportedOutcome?
    var tags: (column: String, separator: String)?
    var note: String?
    var value: String?
    var currency: String?
    var recording: String?
    var spam: Words?
    var attributes: [(name: String, column: String)] = []

    /// A column, and the words in it that mean yes; in any case.
    struct Words: Sendable {
        var column: String
        var words: Set<String>
    }

    struct OutcomeWords: Sendable {
        var column: String
        /// In lower case.
        var words: [String: ImportedOutcome]
    }

    /// Every column that the map names.
    var columns: [String] {
        let single = [to, from, destination, duration, ring, talk, note, value, recording, only?.column, spam?.column, tags?.column].compactMap(\.self)
        return single + callID + startedAt + outcomes.map(\.column) + attributes.map(\.column)
    }
}

/// What became of a call, in the words that a map may use for another tracker's.
enum ImportedOutcome: String, Sendable, CaseIterable {
    case answered, missed, abandoned, voicemail, busy, rejected, failed, congestion, blocked
}
