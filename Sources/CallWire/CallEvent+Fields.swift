public import CallModel

extension CallEvent {
    /// The fields of calls.proto's `CallEvent` by name, a field in a field with a point; `attributes.` takes any name behind it.
    public static let fieldNames = [
        "call_id", "type", "at", "event_id", "sequence", "provider", "provider_call_id", "is_test", "to", "from", "destination_id", "destination_number",
        "attempt.destination_id", "attempt.number", "attempt.result", "attempt.ring_seconds", "attempt.cause", "digits", "ended_by", "cause",
        "duration_seconds", "url", "tags", "note", "amount", "currency", "spam", "attributes.", "routed_by",
    ]

    /// Whether an event has the field, in snake_case or lowerCamelCase.
    public static func isField(_ name: String) -> Bool {
        if name.hasPrefix("attributes."), name.utf8.count > "attributes.".utf8.count { return true }
        var snake = ""
        for letter in name.unicodeScalars {
            if ("A"..."Z").contains(letter) { snake += "_" + String(letter).lowercased() } else { snake.unicodeScalars.append(letter) }
        }
        return snake != "attributes." && fieldNames.contains(snake)
    }
}
