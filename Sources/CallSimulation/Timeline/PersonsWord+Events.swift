import CallModel

extension PersonsWord {
    /// The word as the call's history keeps it: an event for each kind of thing said.
    func events(of callID: String, at moment: Timestamp, id: String) -> [CallEvent] {
        func event(_ kind: CallEvent.Kind) -> CallEvent { CallEvent(callID: callID, kind: kind, at: moment, eventID: "\(id)-\(kind.rawValue)") }
        var events: [CallEvent] = []
        if let tags {
            var tagged = event(.tagged)
            tagged.tags = tags
            events.append(tagged)
        }
        if let note {
            var noted = event(.note)
            noted.note = note
            events.append(noted)
        }
        if value != nil || currency != nil {
            var valued = event(.value)
            valued.amount = value ?? ""
            valued.currency = currency ?? ""
            events.append(valued)
        }
        if let spam {
            var marked = event(.spam)
            marked.spam = spam
            events.append(marked)
        }
        return events
    }
}
