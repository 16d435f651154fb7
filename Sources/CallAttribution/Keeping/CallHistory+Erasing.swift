internal import CallModel

/// What an erasure took out of a call.
package struct ErasedParts: Hashable, Sendable {
    package var exchanges = 0
    package var events = 0
    package var recordings = 0
    package var notes = 0

    package init() {}

    package mutating func add(_ other: ErasedParts) {
        exchanges += other.exchanges
        events += other.events
        recordings += other.recordings
        notes += other.notes
    }
}

extension CallHistory {
    /// Takes the person out of the call, for good (records.md §7). Times, durations, destinations, outcome, tags and value stay.
    ///
    /// - Parameter erasure: what stays of him.
    package mutating func erase(_ erasure: Erasure) -> ErasedParts {
        var erasure = erasure
        var parts = ErasedParts()
        parts.exchanges = exchanges.count
        parts.events = events.count
        parts.recordings = Set(events.map(\.url).filter { !$0.isEmpty }).count
        parts.notes = events.count { $0.kind == .note && !$0.note.isEmpty } + words.count { $0.word.note?.isEmpty == false }
        // Events of one moment win by id and content, which go: their order stays.
        let order = events.indices.sorted { events[$1].outranks(events[$0]) }
        var places = Array(repeating: 0, count: events.count)
        for (place, index) in order.enumerated() { places[index] = place + 1 }
        erasure.known += events.map { erasure.identity(of: $0) }
        for index in events.indices { events[index] = erasure.stripped(events[index], place: places[index]) }
        for index in exchanges.indices { exchanges[index] = erasure.stripped(exchanges[index]) }
        // Said and empty: what an earlier note told does not come back.
        for index in words.indices { words[index].word.note = words[index].word.note.map { _ in "" } }
        self.erasure = erasure
        return parts
    }
}
