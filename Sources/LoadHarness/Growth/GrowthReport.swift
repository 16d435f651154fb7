package import MessageWire

/// What `load growth` found (performance.md P6).
package struct GrowthReport: Sendable {
    package struct Recording: Hashable, Sendable {
        package var calls = 0
        package var seconds = 0.0
        /// Microseconds.
        package var processor = 0.0

        package init() {}

        package var rate: Double { seconds > 0 ? Double(calls) / seconds : 0 }
        package var cost: Double { calls > 0 ? processor / Double(calls) : 0 }
    }

    package struct Page: Hashable, Sendable {
        package var name: String
        package var found = 0
        /// The page has fewer calls than were asked for, and there may be more.
        package var isShort = false
        package var first: LatencySummary?
        /// Nil: there is only one.
        package var later: LatencySummary?

        package init(name: String) { self.name = name }
    }

    package struct Month: Hashable, Sendable {
        package var name: String
        package var calls: Int
        package var times: LatencySummary
    }

    package struct Erasure: Hashable, Sendable {
        /// Of each caller, the fewest and the most.
        package var calls: ClosedRange<Int>
        package var times: LatencySummary
        /// Until the file's log holds nothing of the caller either.
        package var wiping: LatencySummary
    }

    package var calls: Int
    package var sample: Int
    /// A share each.
    package var filling: [Recording] = []
    package var full: [Recording] = []
    package var empty: [Recording] = []
    package var bytes = 0
    /// Microseconds until the full store is open.
    package var opening = 0.0
    package var pages: [Page] = []
    package var months: [Month] = []
    package var erasures: [Erasure] = []
    /// Resident bytes of this process at their highest.
    package var memory = 0

    package init(calls: Int, sample: Int) {
        self.calls = calls
        self.sample = sample
    }

    private static func rate(_ recordings: [Recording]) -> Double { Figures.median(recordings.map(\.rate)) }
    private static func cost(_ recordings: [Recording]) -> Double { Figures.median(recordings.map(\.cost)) }

    /// Of the full store's rate to the empty one's.
    package var ratio: Double { Self.rate(empty) > 0 ? Self.rate(full) / Self.rate(empty) : 0 }

    /// For people.
    package var text: String {
        var recording = Table(["recording \(Figures.text(sample)) calls, with what is told afterwards", "calls/s", "CPU a call"])
        for (name, recordings) in [("into an empty store", empty), ("into one of \(Figures.text(calls))", full)] {
            recording.add([name, Figures.text(Self.rate(recordings)), Figures.text(Self.cost(recordings), 1) + " µs"])
        }
        var listing = Table(["a page of 50 by", "found", "p50", "p99", "five pages on: p50", "p99"])
        for page in pages {
            listing.add([
                page.name, Figures.text(page.found) + (page.isShort ? " …" : ""), page.first.map { Figures.duration($0.p50) } ?? "–",
                page.first.map { Figures.duration($0.p99) } ?? "–", page.later.map { Figures.duration($0.p50) } ?? "–",
                page.later.map { Figures.duration($0.p99) } ?? "–",
            ])
        }
        var figures = Table(["a report of", "calls", "p50", "p99"])
        for month in months { figures.add([month.name, Figures.text(month.calls), Figures.duration(month.times.p50), Figures.duration(month.times.p99)]) }
        var erasing = Table(["erasing a caller, calls of each", "p50", "most", "wiping the log: p50", "most"])
        for erasure in erasures {
            erasing.add([
                erasure.calls.lowerBound == erasure.calls.upperBound ? "\(erasure.calls.lowerBound)" : "\(erasure.calls.lowerBound) to \(erasure.calls.upperBound)",
                Figures.duration(erasure.times.p50), Figures.duration(erasure.times.max), Figures.duration(erasure.wiping.p50), Figures.duration(erasure.wiping.max),
            ])
        }
        return [
            recording.text, "full to empty: \(Figures.text(ratio * 100)) % of the rate (goal: at least 80)",
            "file: \(Figures.mebibytes(bytes)), \(Figures.text(Double(bytes) / Double(max(1, calls)))) bytes a call; opened in \(Figures.duration(opening)); this process held \(Figures.mebibytes(memory))",
            "", listing.text, "slowest: \(Figures.duration(slowest)) (goal: at most 10 ms); … marks a page that came short, with a cursor to go on", "", figures.text,
            "(goal: at most 300 ms)", "", erasing.text, "(goal: at most 100 ms)",
        ].joined(separator: "\n")
    }

    /// The largest of the medians, in microseconds.
    private var slowest: Double { pages.flatMap { [$0.first?.p50 ?? 0, $0.later?.p50 ?? 0] }.max() ?? 0 }

    package var json: JSON {
        func line(_ recordings: [Recording]) -> JSON {
            ["rate": Figures.json(Self.rate(recordings)), "cpu_us": Figures.json(Self.cost(recordings)), "rounds": .integer(Int64(recordings.count))]
        }
        let listing = pages.map { page -> JSON in
            [
                "by": .string(page.name), "found": .integer(Int64(page.found)), "short": .bool(page.isShort), "first": page.first?.json ?? .null,
                "later": page.later?.json ?? .null,
            ]
        }
        return [
            "scenario": "growth", "calls": .integer(Int64(calls)), "sample": .integer(Int64(sample)), "ratio": Figures.json(ratio), "empty": line(empty),
            "full": line(full), "filling": .array(filling.map { ["calls": .integer(Int64($0.calls)), "rate": Figures.json($0.rate), "cpu_us": Figures.json($0.cost)] }),
            "file_bytes": .integer(Int64(bytes)), "open_us": Figures.json(opening), "memory_bytes": .integer(Int64(memory)), "pages": .array(listing),
            "months": .array(months.map { ["of": .string($0.name), "calls": .integer(Int64($0.calls)), "times": $0.times.json] }),
            "erasures": .array(
                erasures.map {
                    [
                        "least": .integer(Int64($0.calls.lowerBound)), "most": .integer(Int64($0.calls.upperBound)), "times": $0.times.json, "wiping": $0.wiping.json,
                    ]
                }),
        ]
    }
}
