import MessageWire

/// Prints a listing as it comes, so that one of any length needs little memory.
protocol CallPrinter {
    mutating func add(_ calls: [JSON])
    mutating func end(next: String?, hidden: JSON)
}

/// `{calls: […], next, hidden}` (interfaces.md §2).
struct CallDocument: CallPrinter {
    private var isBegun = false

    mutating func add(_ calls: [JSON]) {
        for call in calls {
            Terminal.sayPart((isBegun ? ",\n" : #"{"calls":["#) + call.text)
            isBegun = true
        }
    }

    mutating func end(next: String?, hidden: JSON) {
        let rest = JSON.object([JSON.Member("next", next.map { .string($0) } ?? .null), JSON.Member("hidden", hidden)]).text
        Terminal.say((isBegun ? "" : #"{"calls":["#) + "]," + rest.dropFirst())
    }
}

/// A table for people, and below it what it does not show.
struct CallTable: CallPrinter {
    private var table: TextTable
    private let isUnmatched: Bool
    private var isEmpty = true

    init(isUnmatched: Bool) {
        self.isUnmatched = isUnmatched
        table =
            isUnmatched
            ? TextTable(["started", "call", "dialled", "from", "outcome", "reason", "told"])
            : TextTable(["started", "call", "to", "from", "earlier", "source", "outcome", "answered by", "talk s"], right: [4, 8])
    }

    mutating func add(_ calls: [JSON]) {
        for call in calls {
            let fields = ["started_at", "call_id"] + (isUnmatched ? ["dialled", "caller_number", "outcome", "end_reason"] : Self.fields)
            table.add(fields.map { call[$0]?.shown ?? "" } + (isUnmatched ? [Self.told(call)] : []))
        }
        guard !calls.isEmpty else { return }
        isEmpty = false
        table.flush()
    }

    private static let fields = ["tracking_number", "caller_number", "prior_calls", "source", "outcome", "destination_id", "talk_seconds"]

    /// What the call is known from: its events and exchanges, by their kinds.
    private static func told(_ call: JSON) -> String {
        var kinds: [String] = []
        for event in (call["exchanges"]?.array ?? []) + (call["events"]?.array ?? []) {
            guard let kind = event["type"]?.string, !kinds.contains(kind) else { continue }
            kinds.append(kind)
        }
        return kinds.joined(separator: ", ")
    }

    mutating func end(next: String?, hidden: JSON) {
        if isEmpty { table.flush() }
        let spam = hidden["spam"]?.integer ?? 0
        let test = hidden["test"]?.integer ?? 0
        if spam + test > 0 { Terminal.say("hidden: \(spam) spam, \(test) test (--hidden shows them)") }
        if let next { Terminal.say("more: --cursor \(next)") }
    }
}

extension JSON {
    /// As it stands in a table: nothing for null, text without quotes.
    var shown: String {
        switch self {
        case .null: ""
        case .string(let text): text.onOneLine
        case .number(let value) where value == value.rounded() && value.magnitude < 1e15: String(Int64(value))
        // A share of one, as a candidate's confidence, in hundredths.
        case .number(let value): value.magnitude < 1 ? String((value * 100).rounded() / 100) : String((value * 10).rounded() / 10)
        default: text
        }
    }
}
