package import CallModel
package import CallStorage

/// The request of `trunkline.v1.CallerHistory/Session`; its reply is a `CallSession`.
extension SessionQuestion: PackedBody {
    package static var kind: String { "question of a call's session" }
    package static var format: UInt8 { 1 }

    package func pack(into writer: inout ByteWriter) {
        writer.text(account)
        writer.text(callID)
        writer.time(startedAt)
        writer.text(trackingNumber)
        writer.flag(isOfPool)
        writer.optional(caller) { $0.text($1.e164) }
        writer.choice(touch)
        sources.pack(into: &writer)
    }

    package init(from reader: inout ByteReader) throws(StorageError) {
        self.init(
            account: try reader.text(), callID: try reader.text(), startedAt: try reader.time(), trackingNumber: try reader.text(),
            isOfPool: try reader.flag(),
            caller: try reader.optional { reader throws(StorageError) in
                guard let caller = PhoneNumber(e164: try reader.text()) else { throw ByteReader.damaged }
                return caller
            }, touch: try reader.choice(AccountSettings.Touch.self), sources: try [SourceRule](from: &reader))
    }
}

extension CallSession: PackedBody {
    package static var kind: String { "call's session" }
    package static var format: UInt8 { 1 }

    package func pack(into writer: inout ByteWriter) {
        writer.optional(source) { writer, source in
            writer.text(source.source)
            for part in [source.medium, source.campaign, source.keyword, source.content] { writer.optional(part) { $0.text($1) } }
        }
        for part in [landingPage, page, referrer, device] { writer.optional(part) { $0.text($1) } }
    }

    package init(from reader: inout ByteReader) throws(StorageError) {
        func part(_ reader: inout ByteReader) throws(StorageError) -> String? {
            try reader.optional { reader throws(StorageError) in try reader.text() }
        }
        self.init(
            source: try reader.optional { reader throws(StorageError) in
                TrafficSource(
                    source: try reader.text(), medium: try part(&reader), campaign: try part(&reader), keyword: try part(&reader),
                    content: try part(&reader))
            }, landingPage: try part(&reader), page: try part(&reader), referrer: try part(&reader), device: try part(&reader))
    }
}
