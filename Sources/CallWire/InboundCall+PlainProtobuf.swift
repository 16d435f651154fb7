import CallModel

extension InboundCall {
    /// Reads a call as writers make it; nil for anything unusual or wrong, which the generated reader judges.
    init?(plainProtobuf body: UnsafeRawBufferPointer) {
        do throws(ProtobufReader.Unusual) {
            try self.init(ProtobufReader(body))
        } catch {
            return nil
        }
    }

    private init(_ body: consuming ProtobufReader) throws(ProtobufReader.Unusual) {
        var reader = body
        self.init(callID: "", to: "")
        while let field = try reader.next() {
            switch field {
            case 1: callID = try reader.text()
            case 2: to = try reader.text()
            case 3: from = try reader.text()
            case 4: callerName = try reader.text()
            case 5: at = try Timestamp(try reader.message(), instead: at)
            case 6: provider = try reader.text()
            case 7: providerCallID = try reader.text()
            case 8: isTest = try reader.flag()
            // Attributes are rare, and a map has rules of its own.
            case 9: throw ProtobufReader.Unusual()
            default: try reader.skip()
            }
        }
        guard Checks.isPlainCallID(callID) else { throw ProtobufReader.Unusual() }
    }
}
