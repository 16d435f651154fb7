import Foundation
import Synchronization

extension ZoneRules {
    /// The zone of this name; nil unless it is an IANA region/city name or "Etc/UTC" ("EST" and "UTC+5" are no zones).
    ///
    /// The first look-up of a zone takes some milliseconds, later ones a lock and a hash.
    public static func named(_ name: String) -> ZoneRules? {
        if let known = cache.withLock({ $0[name] }) { return known }
        guard isRegionAndCity(name), let zone = TimeZone(identifier: name) else { return nil }
        let rules = ZoneRules(name: name, zone: zone)
        return cache.withLock { cache in
            if let other = cache[name] { return other }
            cache[name] = rules
            return rules
        }
    }

    /// Every name that `named(_:)` is known to take, for suggestions.
    public static let names: [String] = TimeZone.knownTimeZoneIdentifiers.filter(isRegionAndCity) + ["Etc/UTC"]

    private static let cache = Mutex<[String: ZoneRules]>([:])

    /// The areas of the IANA database that hold places; "Etc" and "US" hold offsets and old names.
    private static let areas: Set<Substring> = [
        "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific",
    ]

    private static func isRegionAndCity(_ name: String) -> Bool {
        if name == "Etc/UTC" { return true }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count >= 2 && areas.contains(parts[0]) && parts.dropFirst().allSatisfy { !$0.isEmpty }
            && name.utf8.allSatisfy { isLetter($0) || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte | 0x20) }

    private convenience init(name: String, zone: TimeZone) {
        func offset(_ second: Int64) -> Int {
            zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(second)))
        }
        // 1970-01-01 to 2100-01-01. No zone has changed its clock and changed it back within a week.
        let end: Int64 = 4_102_444_800
        let week: Int64 = 7 * 86_400
        let initial = offset(0)
        var changes: [(at: Int64, offset: Int)] = []
        var known = initial
        var second: Int64 = 0
        while second < end {
            let next = min(second + week, end)
            let after = offset(next)
            if after != known {
                changes.append((ZoneRules.change(after: second, until: next, from: known, offset: offset), after))
                known = after
            }
            second = next
        }
        self.init(name: name, initialOffset: initial, changes: changes)
    }

    /// The first second in (`start`, `end`] whose offset is no longer `old`.
    private static func change(after start: Int64, until end: Int64, from old: Int, offset: (Int64) -> Int) -> Int64 {
        var same = start
        var changed = end
        while changed - same > 1 {
            let middle = (same + changed) / 2
            if offset(middle) == old { same = middle } else { changed = middle }
        }
        return changed
    }
}
