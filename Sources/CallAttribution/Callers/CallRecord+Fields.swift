package import CallModel

extension CallRecord {
    /// What the record says in a field that rules and filters may look at; `none` also for a field that no record has yet.
    package func value(of field: RecordField) -> RecordValue {
        switch field {
        case .talkSeconds: .number(orNone: talkSeconds)
        case .ringSeconds: .number(ringSeconds)
        case .durationSeconds: .number(orNone: durationSeconds)
        case .voicemailSeconds: .number(voicemailSeconds)
        case .priorCalls: .number(orNone: priorCalls.map(Double.init))
        case .value: .number(orNone: value.flatMap(Double.init))
        // Not known before the end.
        case .answered: outcome == nil ? .none : .flag(answered)
        case .firstTime: firstTime.map(RecordValue.flag) ?? .none
        case .qualified: qualified.map(RecordValue.flag) ?? .none
        case .qualifiedRule: .text(orNone: qualifiedRule)
        case .repeatWindowDays: .number(orNone: repeatWindowDays.map(Double.init))
        case .repeatScope: .text(orNone: repeatScope?.rawValue)
        case .directoryVersion: .number(orNone: directoryVersion.map { Double($0) })
        case .revision: .number(Double(revision))
        case .providerCallID: .text(orNone: providerCallID)
        case .assignedKind: .text(orNone: assignedTo?.kind)
        case .assignedValue: .text(orNone: assignedTo?.value)
        case .firstSource: .text(orNone: web?.firstTouch.source)
        case .firstMedium: .text(orNone: web?.firstTouch.medium)
        case .firstCampaign: .text(orNone: web?.firstTouch.campaign)
        case .firstKeyword: .text(orNone: web?.firstTouch.keyword)
        case .firstContent: .text(orNone: web?.firstTouch.content)
        case .lastSource: .text(orNone: web?.lastTouch.source)
        case .lastMedium: .text(orNone: web?.lastTouch.medium)
        case .lastCampaign: .text(orNone: web?.lastTouch.campaign)
        case .lastKeyword: .text(orNone: web?.lastTouch.keyword)
        case .lastContent: .text(orNone: web?.lastTouch.content)
        case .gclid: .text(orNone: web?.clicks[.gclid])
        case .gbraid: .text(orNone: web?.clicks[.gbraid])
        case .wbraid: .text(orNone: web?.clicks[.wbraid])
        case .msclkid: .text(orNone: web?.clicks[.msclkid])
        case .fbclid: .text(orNone: web?.clicks[.fbclid])
        case .visitorID: .text(orNone: web?.visitorID.nonEmpty)
        case .note: .text(orNone: note)
        case .recordingURL: .text(orNone: recordingURL)
        case .tags: .list(tags)
        case .flags: .list(flags.names)
        case .spam: .flag(spam)
        case .isTest: .flag(isTest)
        case .outcome: .text(orNone: outcome?.rawValue)
        case .endReason: .text(orNone: endReason)
        case .endedBy: .text(orNone: endedBy)
        case .routingType: .text(orNone: routingType)
        case .routedBy: .text(orNone: routedBy)
        case .digits: .text(orNone: digits)
        case .flow: .text(orNone: flow)
        case .provider: .text(orNone: provider)
        case .trackingNumber: .text(orNone: trackingNumber)
        case .trackingName: .text(orNone: trackingName)
        case .destinationID: .text(orNone: destinationID)
        case .destinationNumber: .text(orNone: destinationNumber)
        case .callerNumber: .text(orNone: callerNumber)
        case .callerName: .text(orNone: callerName)
        case .callerCountry: .text(orNone: callerCountry)
        case .attribution: .text(attribution.rawValue)
        case .source: .text(orNone: source?.source)
        case .medium: .text(orNone: source?.medium)
        case .campaign: .text(orNone: source?.campaign)
        case .keyword: .text(orNone: source?.keyword)
        case .content: .text(orNone: source?.content)
        case .currency: .text(orNone: currency)
        case .pool: .text(orNone: pool)
        case .poolNumberWithoutSession: .flag(poolNumberWithoutSession)
        case .landingPage: .text(orNone: web?.landingPage.nonEmpty)
        case .page: .text(orNone: web?.page.nonEmpty)
        case .referrer: .text(orNone: web?.referrer.nonEmpty)
        case .callerRegion, .callerCity, .callerLineType, .callerTimeZone:
            RecordValue(field, ofCaller: callerNumber.flatMap { PhoneNumber(e164: $0) }, places)
        case .device: .text(orNone: web?.device?.rawValue)
        case .sessionID: .text(orNone: web?.sessionID.nonEmpty)
        }
    }
}

extension RecordValue {
    fileprivate static func number(orNone value: Double?) -> RecordValue { value.map(RecordValue.number) ?? .none }
    fileprivate static func text(orNone value: String?) -> RecordValue { value.map(RecordValue.text) ?? .none }
}
