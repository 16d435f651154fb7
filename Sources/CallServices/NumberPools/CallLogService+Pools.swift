import CallAttribution
import CallModel
import CallStorage
import MessageWire

extension CallLogService {
    /// Lease history is kept for ever; a year of it is read at once at most.
    private static var mostDays: Int64 { 366 }
    private static var mostNumbers: Int { 10_000 }
    private static var longestSeconds: Int64 { 31_536_000 }

    /// How a pool was used on the last days, up to the one that holds `until`, and the size that this calls for.
    func poolHistory(_ json: JSON) throws(ServiceError) -> [UInt8] {
        try json.checkMembers([
            "account", "pool", "numbers", "overflow_number", "lease_seconds", "cooldown_seconds", "time_zone", "days", "until",
        ])
        func seconds(_ name: String) throws(ServiceError) -> Int {
            Int(try json.member(name, "whole number from 0 to \(Self.longestSeconds)") { $0.integer.flatMap { 0...Self.longestSeconds ~= $0 ? $0 : nil } })
        }
        let (lease, cooldown) = (try seconds("lease_seconds"), try seconds("cooldown_seconds"))
        let zone = try json.member("time_zone", "time zone; write it as \"America/New_York\"") { $0.string.flatMap(ZoneRules.named) }
        let count = try json.member("days", "whole number from 1 to \(Self.mostDays)") { $0.integer.flatMap { 1...Self.mostDays ~= $0 ? $0 : nil } }
        guard let until: Timestamp = try json.time("until") else { throw ServiceError(.invalidArgument, "until is missing; say up to when") }
        let last = zone.localTime(at: until.bounded).dayNumber
        let days = (last - Int(count) + 1...last).map { zone.startOfDay($0)..<zone.startOfDay($0 + 1) }
        guard let first = days.first else { throw ServiceError(.invalidArgument, "days are none") }
        let query = PoolQuery(
            account: try json.text("account"), pool: try json.text("pool"), numbers: try numbers(json),
            overflow: try json.optional("overflow_number", "number in E.164") { $0.string.flatMap { PhoneNumber(e164: $0) } },
            // What was taken then may have begun earlier, and cools down after its end.
            range: first.lowerBound.advanced(bySeconds: -Double(max(lease, cooldown) + cooldown))..<max(until, first.lowerBound))
        let history = try read { store throws(StorageError) in try store.poolHistory(query) }
        let figures = history.days(days, leaseSeconds: lease, cooldownSeconds: cooldown, until: until)
        let reply: JSON = [
            "days": .array(figures.map { $0.json(zone) }), "size": .integer(Int64(figures.map(\.peak).max() ?? 0)),
        ]
        return reply.utf8
    }

    private func numbers(_ json: JSON) throws(ServiceError) -> [PhoneNumber] {
        let texts = try json.list("numbers")
        guard texts.count <= Self.mostNumbers else { throw ServiceError(.invalidArgument, "numbers are \(texts.count); ask for \(Self.mostNumbers) at most") }
        let numbers = texts.compactMap { $0.string.flatMap { PhoneNumber(e164: $0) } }
        guard numbers.count == texts.count else { throw ServiceError(.invalidArgument, "numbers has one that is not in E.164; write + and the country's code") }
        return numbers
    }
}

extension PoolDay {
    fileprivate func json(_ zone: ZoneRules) -> JSON {
        [
            "day": .string(zone.localTime(at: range.lowerBound).date.text), "exhausted_minutes": .number((exhaustedSeconds / 6).rounded() / 10),
            "leases": .integer(Int64(leases)), "overflow_leases": .integer(Int64(overflowLeases)), "refused": .integer(Int64(refusals)),
            "peak": .integer(Int64(peak)),
        ]
    }
}
