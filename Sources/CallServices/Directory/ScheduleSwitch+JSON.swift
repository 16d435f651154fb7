import CallModel
import CallStorage
package import MessageWire

extension ScheduleRequest: JSONBody {
    package init(json: JSON) throws(ServiceError) {
        self.init(account: try json.optionalText("account"), schedule: try json.text("schedule"), manual: try json.manual())
    }

    package var json: JSON { .object(JSON.account(account) + [JSON.Member("schedule", .string(schedule))] + JSON.members(of: manual)) }
}

extension ScheduleReply: JSONBody {
    package init(json: JSON) throws(ServiceError) {
        self.init(account: try json.text("account"), schedule: try json.text("schedule"), isOpen: try json.member("open", "boolean", \.bool))
    }

    package var json: JSON { ["account": .string(account), "schedule": .string(schedule), "open": .bool(isOpen)] }
}

extension ScheduleSwitch {
    init(json: JSON) throws(ServiceError) {
        self.init(schedule: try json.text("schedule"), manual: try json.manual())
    }

    package var json: JSON { .object([JSON.Member("schedule", .string(schedule))] + JSON.members(of: manual)) }
}

extension SecretKey {
    /// Of 32 digits; nil for any other text.
    init?(hexadecimal text: String) {
        guard text.utf8.count == 32, text.utf8.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let first = UInt64(text.prefix(16), radix: 16), let second = UInt64(text.suffix(16), radix: 16)
        else { return nil }
        self.init(first: first, second: second)
    }

    var hexadecimal: String {
        [first, second].map { half in
            let digits = String(half, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}

extension JSON {
    /// `state`: open, closed or auto; `until` beside the first two.
    fileprivate func manual() throws(ServiceError) -> Schedule.Manual? {
        let state = try text("state")
        let until = self["until"] == nil ? nil : try time("until")
        switch state {
        case "open": return Schedule.Manual(isOpen: true, until: until)
        case "closed": return Schedule.Manual(isOpen: false, until: until)
        case "auto": return nil
        default: throw ServiceError(.invalidArgument, "state \"\(state.prefix(64))\" is not allowed; write open, closed or auto")
        }
    }

    fileprivate static func members(of manual: Schedule.Manual?) -> [Member] {
        guard let manual else { return [Member("state", "auto")] }
        let until = manual.until.map { [Member("until", .string($0.rfc3339))] } ?? []
        return [Member("state", manual.isOpen ? "open" : "closed")] + until
    }

    func switches(_ name: String) throws(ServiceError) -> [ScheduleSwitch] {
        var switches: [ScheduleSwitch] = []
        for item in try list(name) { switches.append(try ScheduleSwitch(json: item)) }
        return switches
    }

    static func account(_ account: String?) -> [Member] { account.map { [Member("account", .string($0))] } ?? [] }

    static func version(_ version: UInt64?) -> [Member] { version.map { [Member("version", .count($0))] } ?? [] }
}
