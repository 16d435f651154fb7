internal import CallModel

// The call's id stands beside the bytes, not in them.

extension ByteWriter {
    mutating func event(_ event: CallEvent) {
        byte(event.kind.code)
        number(event.at.milliseconds)
        message { message in
            message.text(event.eventID)
            message.count(event.sequence)
            message.text(event.provider)
            message.text(event.providerCallID)
            message.flag(event.isTest)
            message.text(event.to)
            message.text(event.from)
            message.text(event.destinationID)
            message.text(event.destinationNumber)
            message.optional(event.attempt != nil) { body in
                if let attempt = event.attempt { body.report(attempt) }
            }
            message.text(event.digits)
            message.text(event.endedBy)
            message.text(event.cause)
            message.double(event.durationSeconds)
            message.text(event.url)
            message.texts(event.tags)
            message.text(event.note)
            message.text(event.amount)
            message.text(event.currency)
            message.flag(event.spam)
            message.pairs(event.attributes)
            message.text(event.routedBy)
        }
    }

    mutating func report(_ report: AttemptReport) {
        text(report.destinationID)
        text(report.number)
        text(report.result)
        double(report.ringSeconds)
        text(report.cause)
    }
}

extension ByteReader {
    mutating func event(callID: String) throws(StorageError) -> CallEvent {
        guard let kind = CallEvent.Kind(code: try byte()) else { throw Self.damaged }
        var event = CallEvent(callID: callID, kind: kind, at: Timestamp(milliseconds: try number()))
        var message = try message()
        event.eventID = try message.text(&self)
        event.sequence = try message.count(&self)
        event.provider = try message.text(&self)
        event.providerCallID = try message.text(&self)
        event.isTest = message.isNext()
        event.to = try message.text(&self)
        event.from = try message.text(&self)
        event.destinationID = try message.text(&self)
        event.destinationNumber = try message.text(&self)
        if message.isNext() { event.attempt = try report() }
        event.digits = try message.text(&self)
        event.endedBy = try message.text(&self)
        event.cause = try message.text(&self)
        event.durationSeconds = try message.double(&self)
        event.url = try message.text(&self)
        event.tags = try message.texts(&self)
        event.note = try message.text(&self)
        event.amount = try message.text(&self)
        event.currency = try message.text(&self)
        event.spam = message.isNext()
        event.attributes = try message.pairs(&self)
        event.routedBy = try message.text(&self)
        return event
    }

    mutating func report() throws(StorageError) -> AttemptReport {
        let id = try text()
        let number = try text()
        let result = try text()
        let ring = try double()
        return AttemptReport(destinationID: id, number: number, result: result, ringSeconds: ring, cause: try text())
    }
}

extension CallEvent.Kind {
    /// Never changed: stored events carry it.
    fileprivate var code: UInt8 {
        switch self {
        case .arrived: 1
        case .attempt: 2
        case .answered: 3
        case .digits: 4
        case .voicemail: 5
        case .ended: 6
        case .recording: 7
        case .tagged: 8
        case .note: 9
        case .value: 10
        case .spam: 11
        }
    }

    fileprivate init?(code: UInt8) {
        guard let kind = CallEvent.Kind.allCases.first(where: { $0.code == code }) else { return nil }
        self = kind
    }
}
