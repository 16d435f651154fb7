package import CallModel

/// What the account's directory says of a call's number: what the inputs themselves do not tell (directory.md; records.md §3, §4.1).
///
/// Pinned when a call is first seen, so that a changed setting never rewrites history. One value serves all calls of a number.
package final class CallFacts: Hashable, Sendable {
    package let account: String
    package let directoryVersion: UInt64
    /// For numbers written without `+`.
    package let country: Country?
    /// E.164.
    package let trackingNumber: String
    package let trackingName: String
    package let assignedTo: Assignment?
    package let source: TrafficSource?
    /// The number's own; empty where it has none.
    package let flow: String
    package let missedAfterSeconds: Int
    package let maxCallSeconds: Int
    package let repeatScope: AccountSettings.RepeatScope
    package let repeatWindowDays: Int
    /// The account's `qualify:`, in its order.
    package let rules: [QualifyRule]
    /// 0: every qualified call is a conversion.
    package let conversionDedupeHours: Int
    /// That the number belongs to.
    package let pool: Pool?
    /// Which visit names the source of a call that a web session explains.
    package let touch: AccountSettings.Touch
    /// The account's `sources:`, in its order.
    package let sources: [SourceRule]
    /// Those that the call's decisions do not name.
    package let destinations: [Destination]

    /// directory.md, the defaults of `missed_after_seconds` and `max_call_seconds`.
    package static let defaultMissedAfterSeconds = 15
    package static let defaultMaxCallSeconds = 14_400
    /// directory.md, the default of `repeat_caller.window_days`.
    package static let defaultRepeatWindowDays = 365

    package struct Pool: Hashable, Sendable {
        package let id: String
        /// Of calls that no session explains; the number's own comes before it.
        package let source: TrafficSource?

        package init(id: String, source: TrafficSource?) {
            self.id = id
            self.source = source
        }
    }

    package struct Destination: Hashable, Sendable {
        package let id: String
        package let number: String

        package init(id: String, number: String) {
            self.id = id
            self.number = number
        }
    }

    package init(
        account: String, directoryVersion: UInt64 = 0, country: Country? = nil, trackingNumber: String, trackingName: String = "",
        assignedTo: Assignment? = nil, source: TrafficSource? = nil, flow: String = "", missedAfterSeconds: Int = defaultMissedAfterSeconds,
        maxCallSeconds: Int = defaultMaxCallSeconds, repeatScope: AccountSettings.RepeatScope = .account,
        repeatWindowDays: Int = defaultRepeatWindowDays, rules: [QualifyRule] = [], conversionDedupeHours: Int = 0,
        pool: Pool? = nil, touch: AccountSettings.Touch = .first, sources: [SourceRule] = [], destinations: [Destination] = []
    ) {
        self.account = account
        self.directoryVersion = directoryVersion
        self.country = country
        self.trackingNumber = trackingNumber
        self.trackingName = trackingName
        self.assignedTo = assignedTo
        self.source = source
        self.flow = flow
        self.missedAfterSeconds = missedAfterSeconds
        self.maxCallSeconds = maxCallSeconds
        self.repeatScope = repeatScope
        self.repeatWindowDays = repeatWindowDays
        self.rules = rules
        self.conversionDedupeHours = conversionDedupeHours
        self.pool = pool
        self.touch = touch
        self.sources = sources
        self.destinations = destinations
    }

    package static func == (a: CallFacts, b: CallFacts) -> Bool {
        a === b
            || a.account == b.account && a.directoryVersion == b.directoryVersion && a.country == b.country
                && a.trackingNumber == b.trackingNumber && a.trackingName == b.trackingName && a.assignedTo == b.assignedTo
                && a.source == b.source && a.flow == b.flow && a.missedAfterSeconds == b.missedAfterSeconds
                && a.maxCallSeconds == b.maxCallSeconds && a.repeatScope == b.repeatScope && a.repeatWindowDays == b.repeatWindowDays
                && a.rules == b.rules && a.conversionDedupeHours == b.conversionDedupeHours && a.pool == b.pool && a.touch == b.touch
                && a.sources == b.sources && a.destinations == b.destinations
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(account)
        hasher.combine(directoryVersion)
        hasher.combine(trackingNumber)
    }
}

extension CallFacts {
    /// What a call is said to come from as long as no web session says more.
    package var shownSource: TrafficSource? { source ?? pool?.source }

    /// The facts of `number` in `directory`; `destinations` are the ids and numbers whose other name the call needs told.
    package convenience init(directory: Directory, number: TrackingNumber, destinations ids: [String] = []) {
        let settings = directory.settings
        let numbers = ids.compactMap { directory.caller($0).number?.e164 }
        self.init(
            account: directory.account, directoryVersion: directory.version, country: settings.country,
            trackingNumber: number.number.e164, trackingName: number.name,
            assignedTo: number.assignment.map { Assignment(kind: $0.kind.rawValue, value: $0.value) },
            source: number.source.map(TrafficSource.init),
            flow: number.flow.map { directory.flows[$0].id } ?? "", missedAfterSeconds: settings.missedAfterSeconds,
            maxCallSeconds: settings.maxCallSeconds, repeatScope: settings.repeatScope, repeatWindowDays: settings.repeatWindowDays,
            rules: directory.qualify, conversionDedupeHours: settings.conversionDedupeHours,
            pool: number.pool.map { Pool(id: directory.pools[$0].id, source: directory.pools[$0].source.map(TrafficSource.init)) },
            touch: settings.touch, sources: directory.sources,
            destinations: directory.destinations.filter { ids.contains($0.id) || numbers.contains($0.number) }.map { Destination(id: $0.id, number: $0.number) })
    }

    /// The facts of the number `dialled` in any spelling; nil when it is none of this directory's.
    package convenience init?(directory: Directory, dialled: String, destinations ids: [String] = []) {
        guard let number = directory.caller(dialled).number.flatMap(directory.trackingNumber) else { return nil }
        self.init(directory: directory, number: number, destinations: ids)
    }
}
