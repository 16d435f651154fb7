package import CallModel
package import CallStorage

/// The request of `trunkline.v1.CallerHistory/Past`; its reply is a `CallerPast`.
extension CallerQuestion: PackedBody {
    package static var kind: String { "question of a caller's past" }
    package static var format: UInt8 { 1 }

    package func pack(into writer: inout ByteWriter) {
        writer.text(account)
        writer.text(caller.e164)
        writer.text(callID)
        writer.time(startedAt)
        writer.text(trackingNumber)
        writer.choice(scope)
        writer.small(windowDays)
    }

    package init(from reader: inout ByteReader) throws(StorageError) {
        let account = try reader.text()
        guard let caller = PhoneNumber(e164: try reader.text()) else { throw ByteReader.damaged }
        self.init(
            account: account, caller: caller, callID: try reader.text(), startedAt: try reader.time(), trackingNumber: try reader.text(),
            scope: try reader.choice(AccountSettings.RepeatScope.self), windowDays: try reader.small())
    }
}

extension CallerPast: PackedBody {
    package static var kind: String { "caller's past" }
    package static var format: UInt8 { 1 }

    package func pack(into writer: inout ByteWriter) {
        writer.flag(isFirstTime)
        for answers in [answered, converted] {
            writer.list(answers) { writer, answer in
                writer.text(answer.destinationID)
                writer.time(answer.at)
            }
        }
    }

    package init(from reader: inout ByteReader) throws(StorageError) {
        func answer(_ reader: inout ByteReader) throws(StorageError) -> Answer {
            Answer(destinationID: try reader.text(), at: try reader.time())
        }
        self.init(isFirstTime: try reader.flag(), answered: try reader.list(answer), converted: try reader.list(answer))
    }
}
