/// Fields of a record (records.md §3) that rules and filters may look at, by the name they have there; a field in a field behind a dot.
public enum RecordField: String, Hashable, Sendable, CaseIterable {
    case talkSeconds = "talk_seconds"
    case ringSeconds = "ring_seconds"
    case durationSeconds = "duration_seconds"
    case voicemailSeconds = "voicemail_seconds"
    case priorCalls = "prior_calls"
    case repeatWindowDays = "repeat_window_days"
    case value
    case directoryVersion = "directory_version"
    case revision

    case answered
    case firstTime = "first_time"
    case qualified, spam
    case isTest = "is_test"
    case poolNumberWithoutSession = "pool_number_without_session"

    case outcome, attribution
    case repeatScope = "repeat_scope"
    case endReason = "end_reason"
    case endedBy = "ended_by"
    case routingType = "routing_type"
    case routedBy = "routed_by"
    case qualifiedRule = "qualified_rule"
    case digits, flow, pool, provider
    case providerCallID = "provider_call_id"
    case trackingNumber = "tracking_number"
    case trackingName = "tracking_name"
    case assignedKind = "assigned_to.kind"
    case assignedValue = "assigned_to.value"
    case destinationID = "destination_id"
    case destinationNumber = "destination_number"
    case callerNumber = "caller_number"
    case callerName = "caller_name"
    case callerCountry = "caller_country"
    case callerRegion = "caller_region"
    case callerCity = "caller_city"
    case callerLineType = "caller_line_type"
    case callerTimeZone = "caller_time_zone"
    case source, medium, campaign, keyword, content
    case firstSource = "first_touch.source"
    case firstMedium = "first_touch.medium"
    case firstCampaign = "first_touch.campaign"
    case firstKeyword = "first_touch.keyword"
    case firstContent = "first_touch.content"
    case lastSource = "last_touch.source"
    case lastMedium = "last_touch.medium"
    case lastCampaign = "last_touch.campaign"
    case lastKeyword = "last_touch.keyword"
    case lastContent = "last_touch.content"
    case landingPage = "landing_page"
    case page, referrer, device
    case gclid, gbraid, wbraid, msclkid, fbclid
    case visitorID = "visitor_id"
    case sessionID = "session_id"
    case note, currency
    case recordingURL = "recording_url"

    case tags, flags

    /// What a test of it may be.
    package enum Kind: Hashable, Sendable {
        case number, flag
        /// One of these words.
        case choice([String])
        /// A number in E.164.
        case phone
        /// Made by a machine: the words "any" and "none" are no such text, and ask whether there is one.
        case mark
        /// Any words, also "none": direct visits have that medium.
        case text
        /// Several of them, each a mark.
        case list
    }

    package var kind: Kind {
        switch self {
        case .talkSeconds, .ringSeconds, .durationSeconds, .voicemailSeconds, .priorCalls, .repeatWindowDays, .value, .directoryVersion, .revision: .number
        case .answered, .firstTime, .qualified, .spam, .isTest, .poolNumberWithoutSession: .flag
        case .outcome: .choice(CallOutcome.allCases.map(\.rawValue))
        case .attribution: .choice(AttributionCertainty.allCases.map(\.rawValue))
        case .repeatScope: .choice(AccountSettings.RepeatScope.allCases.map(\.rawValue))
        case .trackingNumber, .destinationNumber, .callerNumber: .phone
        case .providerCallID, .destinationID, .digits, .pool, .gclid, .gbraid, .wbraid, .msclkid, .fbclid, .visitorID, .sessionID, .currency, .recordingURL: .mark
        case .tags, .flags: .list
        default: .text
        }
    }

    /// Whether only a call from a web visitor has it.
    package var isOfWeb: Bool {
        switch self {
        case .firstSource, .firstMedium, .firstCampaign, .firstKeyword, .firstContent, .lastSource, .lastMedium, .lastCampaign, .lastKeyword, .lastContent,
            .landingPage, .page, .referrer, .device, .gclid, .gbraid, .wbraid, .msclkid, .fbclid, .visitorID, .sessionID:
            true
        default: false
        }
    }

    /// Whether a `qualify:` rule may look at it; what the rules decide is not there yet while they are asked.
    package var mayDecideQualification: Bool { self != .qualified && self != .qualifiedRule }
}

extension ClickID {
    /// The field of the record that holds it.
    package var field: RecordField {
        switch self {
        case .gclid: .gclid
        case .gbraid: .gbraid
        case .wbraid: .wbraid
        case .msclkid: .msclkid
        case .fbclid: .fbclid
        }
    }
}
