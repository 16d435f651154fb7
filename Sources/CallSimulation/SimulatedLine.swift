internal import CallAttribution
public import CallModel

/// One line that a simulation prints (directory.md §5).
public enum SimulatedLine: Hashable, Sendable {
    case call(CallRecord)
    case visit(VisitAnswer)

    /// As JSON text.
    public var json: String {
        switch self {
        case .call(let record): record.json
        case .visit(let answer): answer.json
        }
    }
}

/// What a visitor's page was answered: the number it is to show.
public struct VisitAnswer: Hashable, Sendable {
    public var visitor: String
    public var at: Timestamp
    /// E.164; empty: none, the site's own stays.
    public var number: String
    /// The number as it is written at home.
    public var display: String
    public var expiresAt: Timestamp?
    public var isOverflow: Bool

    /// - Parameter lease: nil where the page shows the site's own number.
    init(visitor: String, at moment: Timestamp, _ lease: NumberLease?, _ places: PlaceLookup) {
        self.visitor = visitor
        at = moment
        number = lease?.number.e164 ?? ""
        display = lease.map { places.national($0.number) } ?? ""
        expiresAt = lease?.end
        isOverflow = lease?.isOverflow ?? false
    }

    var json: String {
        var json = JSONWriter()
        json.object { json in
            json.key("visit"); json.text(visitor)
            json.key("at"); json.time(at)
            json.key("number"); json.text(number)
            json.key("display"); json.text(display)
            json.key("expires_at")
            if let expiresAt { json.time(expiresAt) } else { json.null() }
            json.key("overflow"); json.boolean(isOverflow)
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
