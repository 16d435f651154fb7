internal import CallModel

extension Derivation {
    /// What people and providers added: per field the latest that is not empty (records.md §2); a person's word of the same moment as an event comes after it, and may take away (records.md §5).
    func annotate(_ record: inout CallRecord) {
        if steps.count > 1 || history.has(.digits) || steps.first?.isFirst == false {
            record.digits = steps.compactMap { $0.progress?.digits }.joined().nonEmpty ?? toldDigits.nonEmpty
        }
        // Most calls have none of what follows.
        guard !history.words.isEmpty || history.has(anyOf: [.tagged, .note, .value, .spam, .recording, .voicemail]) else { return }
        switch said(\.qualified) {
        case .yes: record.qualified = true
        case .no: record.qualified = false
        case .auto, nil: record.qualified = nil
        }
        record.tags = latest(.tagged, { $0.tags.isEmpty ? nil : $0.tags }, \.tags) ?? []
        record.note = latest(.note, \.note.nonEmpty, \.note)?.nonEmpty
        record.value = latest(.value, \.amount.nonEmpty, \.value)?.nonEmpty
        record.currency = latest(.value, \.currency.nonEmpty, \.currency)?.nonEmpty?.uppercased()
        record.spam = latest(.spam, { Bool?.some($0.spam) }, \.spam) ?? false
        let recording = latestPlace(.recording) { !$0.url.isEmpty } ?? latestPlace(.voicemail) { !$0.url.isEmpty }
        record.recordingURL = recording.map { history.events[$0].url }
    }

    /// What the latest word that speaks of a field says.
    private func said<Value>(_ field: (PersonsWord) -> Value?) -> Value? {
        guard let place = history.latestWord({ field($0) != nil }) else { return nil }
        note(word: place)
        return field(history.words[place].word)
    }

    /// The latest of what events and words say of a field.
    private func latest<Value>(_ kind: CallEvent.Kind, _ told: (CallEvent) -> Value?, _ field: (PersonsWord) -> Value?) -> Value? {
        let place = history.latestPlace(kind) { told($0) != nil }
        if let word = history.latestWord({ field($0) != nil }) {
            let isOverruled = place.map { history.events[$0].at > history.words[word].at } ?? false
            if !isOverruled { return said(field) }
        }
        note(place)
        return place.flatMap { told(history.events[$0]) }
    }

    private var toldDigits: String {
        let told = history.events.filter { $0.kind == .digits }
        return told.sorted { $1.outranks($0) }.map(\.digits).joined()
    }
}
