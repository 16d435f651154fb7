import CallModel

/// Times and lengths of time as people read them.
enum TimeText {
    /// "250 ms", "12.5 s", "3 min 20 s", "2 h 5 min", "3 d 4 h".
    static func length(milliseconds: Int64) -> String {
        let seconds = milliseconds / 1000
        switch milliseconds {
        case ..<1000: return "\(milliseconds) ms"
        case ..<60_000: return milliseconds % 1000 < 100 ? "\(seconds) s" : "\(seconds).\(milliseconds % 1000 / 100) s"
        case ..<3_600_000: return "\(seconds / 60) min \(seconds % 60) s"
        case ..<86_400_000: return "\(seconds / 3600) h \(seconds % 3600 / 60) min"
        default: return "\(seconds / 86_400) d \(seconds % 86_400 / 3600) h"
        }
    }

    /// Unix milliseconds in RFC 3339; nothing for none.
    static func moment(_ milliseconds: Int64?) -> String {
        milliseconds.map { Timestamp(milliseconds: $0).rfc3339 } ?? ""
    }
}
