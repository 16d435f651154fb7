import CallModel
import MessageWire

/// How much of the limits is used?
struct LimitsRequest: JSONBody {
    /// Nil: of every account.
    var account: String?

    init(json: JSON) throws(ServiceError) {
        try json.checkMembers(["account"])
        account = try json.optional("account", "string", \.string)
    }

    var json: JSON { .object([JSON.Member("account", account.map { .string($0) } ?? .null)]) }
}

struct LimitsReply {
    /// One limit of one destination.
    struct Use {
        var account: String
        var destinationID: String
        var limit: Limit
        var used: Int
        /// When its period ends; nil: a lifetime has no end, and of calls under way none is counted.
        var resetsAt: Timestamp?
    }

    var uses: [Use]

    init(_ uses: [Use]) { self.uses = uses }

    var body: [UInt8] { (["limits": .array(uses.map(\.json))] as JSON).utf8 }
}

extension LimitsReply.Use {
    fileprivate var json: JSON {
        [
            "account": .string(account), "destination_id": .string(destinationID), "per": .string(limit.per.rawValue),
            "count": limit.per == .concurrent ? .null : .string(limit.count.rawValue), "max": .integer(Int64(limit.max)),
            "used": .integer(Int64(used)), "time_zone": .string(limit.zone.name),
            "from": limit.from.map { .string($0.text) } ?? .null, "resets_at": resetsAt.map { .string($0.rfc3339) } ?? .null,
        ]
    }
}

/// Set a destination's counters back to nothing; also what is answered once that is done.
struct ResetLimitsRequest: JSONBody {
    var account: String?
    var destinationID: String

    init(account: String?, destinationID: String) {
        self.account = account
        self.destinationID = destinationID
    }

    init(json: JSON) throws(ServiceError) {
        try json.checkMembers(["account", "destination_id"])
        self.init(account: try json.optional("account", "string", \.string), destinationID: try json.text("destination_id"))
    }

    var json: JSON { ["account": account.map { .string($0) } ?? .null, "destination_id": .string(destinationID)] }
}

extension CivilDate {
    /// "2026-06-10".
    var text: String {
        func padded(_ value: Int, _ width: Int) -> String { String(repeating: "0", count: max(0, width - String(value).count)) + String(value) }
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }
}
