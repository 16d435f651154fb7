extension AttemptResult {
    /// The result a front's words mean, by the tables of records.md §3; nil for words that are in none.
    ///
    /// - Parameters:
    ///   - word: one of ours, or Twilio's, a SIP status or reason, a Q.850 number, a name of FreeSWITCH or Asterisk; in any case and punctuation.
    ///   - cause: the same vocabularies; it refines a plain `failed` and stands in for an unknown word.
    public init?(word: String, cause: String = "") {
        // The eight of our own are nearly all there is: no folding for them.
        if let own = AttemptResult(rawValue: word), own != .failed {
            self = own
            return
        }
        let told = word.isEmpty ? nil : AttemptVocabulary.result(of: word)
        if let told, told != .failed {
            self = told
        } else if let refined = AttemptVocabulary.result(ofCause: cause, isFailed: told == .failed) ?? told {
            self = refined
        } else {
            return nil
        }
    }

    /// Whether a failed attempt says that the destination will never work as it is written: Q.850 1, 22, 28; SIP 404, 410, 484 (records.md §3).
    public static func isPermanent(word: String, cause: String) -> Bool {
        [cause, word].contains { text in
            AttemptVocabulary.code(in: text).map(AttemptVocabulary.permanentCodes.contains) ?? AttemptVocabulary.permanentNames.contains(AttemptVocabulary.name(in: text))
        }
    }
}

/// The providers' words (records.md §3).
///
/// Q.850 (1 to 127) and SIP (200 to 699) do not collide; a bare 487 or 502 is FreeSWITCH's own. Its other numbers over 127 are read as 1.10.8 and later
/// have them (700 to 703, 800 to 825), where they were moved out of SIP's way: https://github.com/signalwire/freeswitch/pull/1681.
private enum AttemptVocabulary {
    static let permanentCodes: Set<Int> = [1, 22, 28, 404, 410, 484]
    static let permanentNames: Set<String> = [
        "UNALLOCATED_NUMBER", "UNALLOCATED", "UNALLOCATED_UNASSIGNED_NUMBER", "NUMBER_CHANGED", "INVALID_NUMBER_FORMAT", "NOT_FOUND", "GONE",
        "ADDRESS_INCOMPLETE",
    ]

    static func result(of text: String) -> AttemptResult? {
        if text.isEmpty { return nil }
        return if let code = code(in: text) { result(ofCode: code, of: Origin(text)) } else { names[name(in: text)] }
    }

    /// Why an attempt ended does not say that it was answered: a clearing that is normal, in number or name, is the end of any call.
    static func result(ofCause text: String, isFailed: Bool) -> AttemptResult? {
        guard let result = result(of: text) else { return nil }
        return result == .answered && (isFailed || code(in: text) == 16 || name(in: text) == "NORMAL_CLEARING") ? nil : result
    }

    /// The number in "486", "SIP 486", "486 Busy Here", "Q.850:17", "Q.850;cause=17" or "SIP;cause=200;text=\"Call completed elsewhere\"" (RFC 3326).
    static func code(in text: String) -> Int? {
        var digits = Array(text.utf8).drop { $0 == UInt8(ascii: " ") }
        if let reason = digits.firstRange(of: Array("cause=".utf8)) {
            digits = digits[reason.upperBound...]
        } else if let first = digits.first, !isDigit(first) {
            let runs = digits.split(whereSeparator: { !isDigit($0) })
            if Origin(text) == .sip, let run = runs.first(where: { $0.count == 3 }) {
                // "SIP/2.0 486 …": the version is none.
                digits = run
            } else if folded(text).hasPrefix("Q_850") || folded(text).hasPrefix("Q850"), let run = runs.dropFirst().first {
                digits = run
            } else {
                return nil
            }
        }
        let number = digits.prefix(while: isDigit)
        // Three digits are all that either vocabulary has.
        guard (1...3).contains(number.count) else { return nil }
        return number.reduce(0) { $0 * 10 + Int($1 - 48) }
    }

    /// In capitals, with one `_` for whatever stands between words.
    static func folded(_ text: String) -> String {
        var letters: [UInt8] = []
        letters.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case 97...122: letters.append(byte - 32)
            case 48...57, 65...90: letters.append(byte)
            default: if let last = letters.last, last != UInt8(ascii: "_") { letters.append(UInt8(ascii: "_")) }
            }
        }
        if letters.last == UInt8(ascii: "_") { letters.removeLast() }
        return String(decoding: letters, as: UTF8.self)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

    /// A name without what FreeSWITCH's and Asterisk's headers put before it.
    static func name(in text: String) -> String {
        let name = folded(text)
        for prefix in ["SWITCH_CAUSE_", "AST_CAUSE_"] where name.hasPrefix(prefix) { return String(name.dropFirst(prefix.count)) }
        return name
    }

    /// Whose number it is.
    private enum Origin {
        case unknown
        /// "SIP 502", "502 Bad Gateway".
        case sip
        /// The reason of a CANCEL or a BYE (RFC 3326).
        case sipReason

        init(_ text: String) {
            let text = folded(text)
            self = text.hasPrefix("SIP_CAUSE") ? .sipReason : text.hasPrefix("SIP") || text.hasSuffix("BAD_GATEWAY") ? .sip : .unknown
        }
    }

    private static func result(ofCode code: Int, of origin: Origin) -> AttemptResult? {
        switch code {
        case 0: nil
        // The normal end of a call. As a cause it says nothing of an attempt, see above.
        case 16: .answered
        case 17, 486, 600: .busy
        case 18, 19, 20, 408, 480: .noAnswer
        // 52 to 55: calls are barred.
        case 21, 52, 53, 54, 55, 403, 433, 603, 607, 608: .rejected
        case 487: .callerHangup
        case 34, 41, 42, 44, 47, 500, 503: .congestion
        // 26: non-selected user clearing.
        case 26: .lostRace
        case 502: origin == .unknown ? .lostRace : .failed
        // A CANCEL with this reason: somebody else picked up (RFC 3326 §3.1).
        case 200: origin == .sipReason ? .lostRace : .answered
        case 142: .answered
        // FreeSWITCH's own, in the order of its header.
        case 702, 805: .lostRace
        case 800, 801: .answered
        case 802, 806, 807, 812: .noAnswer
        case 809: .congestion
        case 815: .busy
        case 816, 819, 825: .rejected
        case 700...703, 800...825: .failed
        case 1...127, 400...699: .failed
        default: nil
        }
    }

    private static let names: [String: AttemptResult] = {
        var names: [String: AttemptResult] = [:]
        for (result, words) in vocabulary {
            for word in words.split(whereSeparator: \.isWhitespace) { names[String(word)] = result }
        }
        return names
    }()

    /// Folded. Of each result, in this order as far as they have a word for it: ours in other spellings and Twilio's; SIP's reason phrases;
    /// FreeSWITCH's names, of Q.850's causes and its own; Asterisk's `DIALSTATUS`; Asterisk's texts of Q.850's causes (`Cause-txt`).
    private static let vocabulary: [(AttemptResult, String)] = [
        (.answered, "ANSWERED COMPLETED IN_PROGRESS OK NORMAL_CLEARING SUCCESS BLIND_TRANSFER ATTENDED_TRANSFER ANSWER"),
        (.noAnswer, """
            NO_ANSWER UNANSWERED TIMEOUT REQUEST_TIMEOUT TEMPORARILY_UNAVAILABLE NO_USER_RESPONSE SUBSCRIBER_ABSENT USER_NOT_REGISTERED ALLOTTED_TIMEOUT
            PROGRESS_TIMEOUT NO_PICKUP NOANSWER NO_USER_RESPONDING USER_ALERTING_NO_ANSWER
            """),
        (.busy, "BUSY BUSY_HERE BUSY_EVERYWHERE USER_BUSY"),
        (.rejected, """
            REJECTED DECLINED FORBIDDEN DECLINE ANONYMITY_DISALLOWED UNWANTED CALL_REJECTED OUTGOING_CALL_BARRED INCOMING_CALL_BARRED REJECT_ALL DONTCALL TORTURE
            """),
        (.congestion, """
            CONGESTION SERVER_INTERNAL_ERROR SERVICE_UNAVAILABLE NORMAL_CIRCUIT_CONGESTION NORMAL_TEMPORARY_FAILURE SWITCH_CONGESTION REQUESTED_CHAN_UNAVAIL
            CHAN_UNAVAIL GATEWAY_DOWN CHANUNAVAIL CIRCUIT_CHANNEL_CONGESTION TEMPORARY_FAILURE SWITCHING_EQUIPMENT_CONGESTION REQUESTED_CHANNEL_NOT_AVAILABLE
            """),
        (.lostRace, "LOST_RACE LOSE_RACE PICKED_OFF ANSWERED_ELSEWHERE CALL_COMPLETED_ELSEWHERE"),
        (.callerHangup, "CALLER_HANGUP CANCELED CANCELLED REQUEST_TERMINATED ORIGINATOR_CANCEL CANCEL"),
        (.failed, """
            FAILED FAILURE BAD_GATEWAY SERVER_TIME_OUT NOT_FOUND GONE ADDRESS_INCOMPLETE NOT_ACCEPTABLE NOT_ACCEPTABLE_HERE DOES_NOT_EXIST_ANYWHERE
            LOOP_DETECTED AMBIGUOUS BAD_REQUEST
            UNALLOCATED_NUMBER NO_ROUTE_TRANSIT_NET NO_ROUTE_DESTINATION CHANNEL_UNACCEPTABLE NUMBER_CHANGED REDIRECTION_TO_NEW_DESTINATION
            EXCHANGE_ROUTING_ERROR DESTINATION_OUT_OF_ORDER INVALID_NUMBER_FORMAT FACILITY_REJECTED RESPONSE_TO_STATUS_ENQUIRY NORMAL_UNSPECIFIED
            NETWORK_OUT_OF_ORDER ACCESS_INFO_DISCARDED PRE_EMPTED FACILITY_NOT_SUBSCRIBED BEARERCAPABILITY_NOTAUTH BEARERCAPABILITY_NOTAVAIL
            BEARERCAPABILITY_NOTIMPL CHAN_NOT_IMPLEMENTED FACILITY_NOT_IMPLEMENTED SERVICE_NOT_IMPLEMENTED INVALID_CALL_REFERENCE INCOMPATIBLE_DESTINATION
            INVALID_MSG_UNSPECIFIED MANDATORY_IE_MISSING MESSAGE_TYPE_NONEXIST WRONG_MESSAGE IE_NONEXIST INVALID_IE_CONTENTS WRONG_CALL_STATE
            RECOVERY_ON_TIMER_EXPIRE MANDATORY_IE_LENGTH_ERROR PROTOCOL_ERROR INTERWORKING CRASH SYSTEM_SHUTDOWN MEDIA_TIMEOUT USER_CHALLENGE INVALID_GATEWAY
            INVALID_URL INVALID_PROFILE SRTP_READ_ERROR NO_IDENTITY BAD_IDENTITY_INFO UNSUPPORTED_CERTIFICATE INVALID_IDENTITY STALE_DATE
            INVALIDARGS
            UNALLOCATED UNALLOCATED_UNASSIGNED_NUMBER NO_ROUTE_TO_SPECIFIED_TRANSIT_NETWORK NO_ROUTE_TO_SPECIFIED_TRANSMIT_NETWORK NO_ROUTE_TO_DESTINATION
            MISDIALLED_TRUNK_PREFIX MISDIALED_TRUNK_PREFIX NUMBER_PORTED_NOT_HERE NUMBER_PORTED_ELSEWHERE REDIRECTED_TO_NEW_DESTINATION
            ACCESS_INFORMATION_DISCARDED NORMAL_UNSPECIFIED BEARER_CAPABILITY_NOT_AUTHORIZED BEARER_CAPABILITY_NOT_AVAILABLE BEARER_CAPABILITY_NOT_IMPLEMENTED
            CHANNEL_NOT_IMPLEMENTED INVALID_CALL_REFERENCE_VALUE INVALID_MESSAGE_UNSPECIFIED MANDATORY_INFORMATION_ELEMENT_IS_MISSING MESSAGE_TYPE_NONEXIST
            INFO_ELEMENT_NONEXIST_OR_NOT_IMPLEMENTED INVALID_INFORMATION_ELEMENT_CONTENTS MESSAGE_NOT_COMPATIBLE_WITH_CALL_STATE RECOVER_ON_TIMER_EXPIRY
            PROTOCOL_ERROR_UNSPECIFIED INTERWORKING_UNSPECIFIED
            """),
    ]
}
