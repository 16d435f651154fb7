package import CallModel
internal import CallAttribution

/// One input of a call in its log.
package struct LoggedInput: Sendable {
    package let input: CallInput
    package let at: Timestamp
    /// Whether it decided anything in the record.
    package let counts: Bool
    /// The record as it would be without it; nil in a very long log.
    package let recordWithout: CallRecord?
}

extension StoredCall {
    /// Records made for one log: each costs some ten microseconds.
    private static let longest = 500

    /// All that was told of the call, by its own times; what came together stays in order of arrival.
    ///
    /// What the caller's other calls say is in no record of it.
    package var log: [LoggedInput] {
        let decisive = history.decisive(facts: facts)
        let isLong = history.count > Self.longest
        func logged(_ input: CallInput, _ at: Timestamp, counts: Bool, without: @autoclosure () -> CallHistory) -> LoggedInput {
            LoggedInput(input: input, at: at, counts: counts, recordWithout: isLong ? nil : record(of: without()))
        }
        var log: [LoggedInput] = []
        for (place, exchange) in history.exchanges.enumerated() {
            log.append(logged(.exchange(exchange), exchange.askedAt, counts: false, without: without(exchange: place)))
        }
        for (place, event) in history.events.enumerated() {
            log.append(logged(.event(event), event.at, counts: decisive.events.contains(place), without: without(event: place)))
        }
        for (place, word) in history.words.enumerated() {
            log.append(logged(.word(callID: history.callID, word), word.at, counts: decisive.words.contains(place), without: without(word: place)))
        }
        // Stable: within a moment an exchange comes first, then what came first.
        return log.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
    }

    /// As the inputs and the facts make it.
    package var recordOfInputs: CallRecord { record(of: history) }

    private func record(of history: CallHistory) -> CallRecord { history.record(facts: facts, now: closedAt) }

    private func without(exchange: Int = -1, event: Int = -1, word: Int = -1) -> CallHistory {
        func rest<Input>(_ inputs: [Input], _ place: Int) -> [Input] { inputs.enumerated().filter { $0.offset != place }.map(\.element) }
        return CallHistory(
            callID: history.callID, exchanges: rest(history.exchanges, exchange), events: rest(history.events, event), words: rest(history.words, word),
            cameOutOfOrder: history.cameOutOfOrder, erasure: history.erasure)
    }
}
