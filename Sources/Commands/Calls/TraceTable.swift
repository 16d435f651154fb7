import MessageWire

/// Why a call went where it went, for people: the steps of a decision or a record (calls.proto, `TraceStep`), each word with what it means.
enum TraceTable {
    static func show(_ steps: [JSON]) {
        var table = TextTable(["at", "destination", "verdict", "reason"])
        for step in steps {
            func text(_ name: String) -> String { step[name]?.string ?? "" }
            table.add([text("node"), text("destination_id"), text("verdict"), reason(text("reason"), isOfDestination: !text("destination_id").isEmpty)])
        }
        table.show()
    }

    private static func reason(_ word: String, isOfDestination: Bool) -> String {
        guard let meaning = isOfDestination ? meanings[word] : ends[word] else { return word }
        return "\(word): \(meaning)"
    }

    private static let meanings = [
        "order": "next in the flow's order",
        "rotation": "its turn",
        "weight": "its share is due",
        "sticky": "answered this caller last",
        "disabled": "switched off",
        "closed": "outside its hours",
        "capped": "a limit is reached",
        "busy_concurrent": "has as many calls as it may have at once",
        "avoided": "answered this caller not long ago",
        "live_state_unknown": "its limits could not be asked for",
    ]

    /// What a flow ended with, where that was not the branch that was taken.
    private static let ends = [
        "then": "nobody here could be dialled, or answered",
        "capped": "every destination has reached a limit",
        "no_destination": "nobody to dial",
        "no_answer": "nobody answered",
        "call_over": "it was answered, or the caller is gone",
        "no_call_flow": "the number has no flow",
        "unknown_number": "the number is nobody's here",
        "blocked": "the caller is on the block list",
        "number_stopped": "the number is stopped",
        "number_released": "the number is released",
        "number_pending": "the number is not live yet",
        "invalid_key_entry": "no key that leads anywhere",
    ]
}
