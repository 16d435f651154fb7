package import CallModel

extension SessionQuestion {
    /// The call as far as its session goes: attributed like a record, so that routing hears what the record will say.
    package var subject: (record: CallRecord, facts: CallFacts) {
        var record = CallRecord(callID: callID, startedAt: startedAt)
        record.account = account
        record.callerNumber = caller?.e164
        let pool = isOfPool ? CallFacts.Pool(id: "", source: nil) : nil
        return (record, CallFacts(account: account, trackingNumber: trackingNumber, pool: pool, touch: touch, sources: sources))
    }
}

extension CallSession {
    package init(_ record: CallRecord) {
        self.init(
            source: record.web == nil ? nil : record.source, landingPage: record.web?.landingPage, page: record.web?.page,
            referrer: record.web?.referrer.nonEmpty, device: record.web?.device?.rawValue)
    }
}
