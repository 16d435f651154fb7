package import MessageWire

/// What became of a day's calls.
package struct DaySummary: Sendable {
    package var calls = 0
    package var continued = 0
    /// First decisions and later ones, by kind: CONNECT, VOICEMAIL, REJECT.
    package var decisions: [String: Int] = [:]
    package var answered = 0
    package var eventsAccepted = 0
    /// Page views and heartbeats.
    package var visits = 0
    /// Of these, those that were given a number.
    package var shown = 0
    /// By what failed and its status.
    package var failures: [String: Int] = [:]
    package var seconds = 0.0
    /// Not all of the file: somebody stopped it.
    package var isStopped = false

    package init() {}

    package var failed: Int { failures.values.reduce(0, +) }

    mutating func add(_ other: DaySummary) {
        calls += other.calls
        continued += other.continued
        answered += other.answered
        eventsAccepted += other.eventsAccepted
        visits += other.visits
        shown += other.shown
        decisions.merge(other.decisions, uniquingKeysWith: +)
        failures.merge(other.failures, uniquingKeysWith: +)
    }

    /// For people.
    package var text: String {
        let kinds = decisions.sorted { $0.key < $1.key }.map { "\($0.key) \(Figures.text($0.value))" }.joined(separator: ", ")
        let rate = seconds > 0 ? Figures.text(Double(calls) / seconds) : "–"
        var lines = [
            "played \(Figures.text(calls)) calls in \(Figures.text(seconds, 1)) s (\(rate) calls/s)\(isStopped ? ", then was stopped" : "")",
            "decisions: \(kinds.isEmpty ? "none" : kinds); \(Figures.text(continued)) of them when nobody had answered",
            "answered: \(Figures.text(answered))",
            "events: \(Figures.text(eventsAccepted)) accepted",
        ]
        if visits > 0 { lines.append("visits: \(Figures.text(visits)), \(Figures.text(shown)) with a number") }
        for (what, count) in failures.sorted(by: { $0.key < $1.key }) { lines.append("failed: \(what): \(Figures.text(count))") }
        return lines.joined(separator: "\n")
    }

    package var json: JSON {
        func object(_ counts: [String: Int]) -> JSON {
            .object(counts.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .integer(Int64($0.value))) })
        }
        return [
            "scenario": "day", "calls": .integer(Int64(calls)), "continued": .integer(Int64(continued)), "decisions": object(decisions),
            "answered": .integer(Int64(answered)), "events_accepted": .integer(Int64(eventsAccepted)),
            "visits": .integer(Int64(visits)), "visits_with_number": .integer(Int64(shown)),
            "failures": object(failures), "seconds": Figures.json(seconds), "stopped": .bool(isStopped),
        ]
    }
}
