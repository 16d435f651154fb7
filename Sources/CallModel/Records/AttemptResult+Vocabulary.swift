extension AttemptResult {
    /// The result a front's words mean, by the tables of records.md §3; nil for words that are in none.
    ///
    /// - Parameters:
    ///   - word: one of ours, or Twilio's, a SIP status, a Q.850 number, a FreeSWITCH name; any case, `-` for `_`.
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
        } else if let refined = AttemptVocabulary.result(of: cause) ?? told {
            self = refined
        } else {
            return nil
        }
    }

    /// Whether a failed attempt says that the destination will never work as it is written: Q.850 1, 22, 28; SIP 404, 410, 484 (records.md §3).
    public static func isPermanent(word: String, cause: String) -> Bool {
        [cause, word].contains { text in
            AttemptVocabulary.code(in: text).map(AttemptVocabulary.permanentCodes.contains) ?? AttemptVocabulary.permanentNames.contains(AttemptVocabulary.folded(text))
        }
    }
}

/// The providers' words (records.md §3). Q.850 and SIP numbers do not collide; 487 and 502 are FreeSWITCH's own where the two differ.
private enum AttemptVocabulary {
    static let permanentCodes: Set<Int> = [1, 22, 28, 404, 410, 484]
    static let permanentNames: Set<String> = ["UNALLOCATED_NUMBER", "NUMBER_CHANGED", "INVALID_NUMBER_FORMAT"]

    static func result(of text: String) -> AttemptResult? {
        if text.isEmpty { return nil }
        return if let code = code(in: text) { result(ofCode: code) } else { names[folded(text)] }
    }

    /// The number in "486", "SIP 486", "486 Busy Here" or "Q.850;cause=17".
    static func code(in text: String) -> Int? {
        var digits = text.utf8[...]
        if let equals = digits.lastIndex(of: UInt8(ascii: "=")) {
            digits = digits[digits.index(after: equals)...]
        } else if let first = digits.first, !isDigit(first) {
            guard folded(text).hasPrefix("SIP"), let space = digits.firstIndex(where: isDigit) else { return nil }
            digits = digits[space...]
        }
        let number = digits.prefix(while: isDigit)
        // Three digits are all that either vocabulary has.
        guard (1...3).contains(number.count) else { return nil }
        return number.reduce(0) { $0 * 10 + Int($1 - 48) }
    }

    static func folded(_ text: String) -> String {
        let letters = text.utf8.map { byte in
            switch byte {
            case 97...122: byte - 32
            case UInt8(ascii: "-"), UInt8(ascii: " "): UInt8(ascii: "_")
            default: byte
            }
        }
        return String(decoding: letters, as: UTF8.self)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

    private static func result(ofCode code: Int) -> AttemptResult? {
        switch code {
        // 16 is the end of a call that was answered or taken back: it says nothing of an attempt.
        case 16, 0: nil
        case 17, 486, 600: .busy
        case 18, 19, 20, 408, 480: .noAnswer
        case 21, 403, 603, 607, 608: .rejected
        case 487: .callerHangup
        case 34, 41, 42, 44, 47, 500, 503: .congestion
        case 502: .lostRace
        case 200: .answered
        case 1...127, 400...699: .failed
        default: nil
        }
    }

    private static let names: [String: AttemptResult] = [
        // Ours, in other spellings; Twilio.
        "ANSWERED": .answered, "COMPLETED": .answered, "NO_ANSWER": .noAnswer, "BUSY": .busy, "REJECTED": .rejected, "CONGESTION": .congestion,
        "FAILED": .failed, "LOST_RACE": .lostRace, "CALLER_HANGUP": .callerHangup, "CANCELED": .callerHangup, "CANCELLED": .callerHangup,
        // FreeSWITCH, by its names of the Q.850 causes and its own.
        "NORMAL_CLEARING": .answered, "SUCCESS": .answered, "USER_BUSY": .busy, "NO_USER_RESPONSE": .noAnswer, "SUBSCRIBER_ABSENT": .noAnswer,
        "USER_NOT_REGISTERED": .noAnswer, "ALLOTTED_TIMEOUT": .noAnswer, "PROGRESS_TIMEOUT": .noAnswer, "CALL_REJECTED": .rejected,
        "OUTGOING_CALL_BARRED": .rejected, "INCOMING_CALL_BARRED": .rejected, "ORIGINATOR_CANCEL": .callerHangup, "LOSE_RACE": .lostRace,
        "NORMAL_CIRCUIT_CONGESTION": .congestion, "NORMAL_TEMPORARY_FAILURE": .congestion, "SWITCH_CONGESTION": .congestion,
        "REQUESTED_CHAN_UNAVAIL": .congestion, "CHAN_UNAVAIL": .congestion, "CHANUNAVAIL": .congestion, "UNALLOCATED_NUMBER": .failed,
        "NO_ROUTE_TRANSIT_NET": .failed, "NO_ROUTE_DESTINATION": .failed, "NUMBER_CHANGED": .failed, "DESTINATION_OUT_OF_ORDER": .failed,
        "INVALID_NUMBER_FORMAT": .failed, "NETWORK_OUT_OF_ORDER": .failed, "NORMAL_UNSPECIFIED": .failed, "RECOVERY_ON_TIMER_EXPIRE": .failed,
        "INTERWORKING": .failed, "PROTOCOL_ERROR": .failed, "BEARERCAPABILITY_NOTAVAIL": .failed, "INCOMPATIBLE_DESTINATION": .failed,
        // Asterisk's DIALSTATUS.
        "ANSWER": .answered, "NOANSWER": .noAnswer, "CANCEL": .callerHangup,
    ]
}
