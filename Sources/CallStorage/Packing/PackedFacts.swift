internal import CallAttribution
internal import CallModel

extension CallFacts {
    /// - Parameters:
    ///   - rules: the number of the account's rules, which all its facts share.
    ///   - sources: as `rules`, of its `sources:`.
    func packed(rules: Int64, sources: Int64) -> [UInt8] {
        var writer = ByteWriter()
        writer.message { message in
            message.text(account)
            message.count(directoryVersion)
            message.text(country?.code ?? "")
            message.text(trackingNumber)
            message.text(trackingName)
            message.optional(assignedTo != nil) { $0.texts([assignedTo?.kind ?? "", assignedTo?.value ?? ""]) }
            message.optional(source != nil) { body in if let source { body.source(source) } }
            message.text(flow)
            message.count(UInt64(clamping: missedAfterSeconds))
            message.count(UInt64(clamping: maxCallSeconds))
            message.texts(destinations.flatMap { [$0.id, $0.number] })
            message.flag(repeatScope == .trackingNumber)
            message.count(UInt64(clamping: repeatWindowDays))
            message.count(UInt64(clamping: rules))
            message.text(pool?.id ?? "")
            message.optional(pool?.source != nil) { body in if let source = pool?.source { body.source(source) } }
            message.count(UInt64(clamping: conversionDedupeHours))
            message.flag(touch == .last)
            message.count(UInt64(clamping: sources))
        }
        return writer.bytes
    }

    convenience init(packed bytes: [UInt8], rules: (Int64) throws -> [QualifyRule], sources: (Int64) throws -> [SourceRule]) throws {
        var reader = ByteReader(bytes)
        var message = try reader.message()
        let account = try message.text(&reader)
        let version = try message.count(&reader)
        let country = try message.text(&reader)
        let number = try message.text(&reader)
        let name = try message.text(&reader)
        let assigned = message.isNext() ? try reader.texts() : []
        let source = message.isNext() ? try reader.source() : nil
        let flow = try message.text(&reader)
        let missedAfter = try message.count(&reader)
        let maxCall = try message.count(&reader)
        let names = try message.texts(&reader)
        let scope = message.isNext() ? AccountSettings.RepeatScope.trackingNumber : .account
        // The first schema kept no window.
        let window = try message.count(&reader)
        let rulesID = Int64(clamping: try message.count(&reader))
        // Nor any pool.
        let pool = try message.text(&reader)
        let poolSource = message.isNext() ? try reader.source() : nil
        let dedupeHours = try message.count(&reader)
        let touch = message.isNext() ? AccountSettings.Touch.last : .first
        let sourcesID = Int64(clamping: try message.count(&reader))
        guard names.count.isMultiple(of: 2), assigned.isEmpty || assigned.count == 2 else { throw ByteReader.damaged }
        self.init(
            account: account, directoryVersion: version, country: Country(country), trackingNumber: number, trackingName: name,
            assignedTo: assigned.isEmpty ? nil : Assignment(kind: assigned[0], value: assigned[1]), source: source, flow: flow,
            missedAfterSeconds: Int(clamping: missedAfter), maxCallSeconds: Int(clamping: maxCall), repeatScope: scope,
            repeatWindowDays: window == 0 ? CallFacts.defaultRepeatWindowDays : Int(clamping: window),
            rules: rulesID == 0 ? [] : try rules(rulesID), conversionDedupeHours: Int(clamping: dedupeHours),
            pool: pool.isEmpty ? nil : Pool(id: pool, source: poolSource), touch: touch, sources: sourcesID == 0 ? [] : try sources(sourcesID),
            destinations: stride(from: 0, to: names.count, by: 2).map { Destination(id: names[$0], number: names[$0 + 1]) })
    }
}

extension ByteWriter {
    mutating func source(_ source: TrafficSource) {
        message { message in
            message.text(source.source)
            for part in [source.medium, source.campaign, source.keyword, source.content] {
                message.optional(part != nil) { $0.text(part ?? "") }
            }
        }
    }
}

extension ByteReader {
    mutating func source() throws(StorageError) -> TrafficSource {
        var message = try message()
        var source = TrafficSource(source: try message.text(&self))
        source.medium = message.isNext() ? try text() : nil
        source.campaign = message.isNext() ? try text() : nil
        source.keyword = message.isNext() ? try text() : nil
        source.content = message.isNext() ? try text() : nil
        return source
    }
}
