import CallModel

extension CallEvent {
    /// Reads an event as writers make it; nil for anything unusual or wrong, which the generated reader judges.
    init?(plainProtobuf body: UnsafeRawBufferPointer) {
        do throws(ProtobufReader.Unusual) {
            try self.init(ProtobufReader(body))
        } catch {
            return nil
        }
    }

    private init(_ body: consuming ProtobufReader) throws(ProtobufReader.Unusual) {
        var reader = body
        self.init(callID: "", kind: .ended, at: Timestamp(milliseconds: 0))
        var kind: Kind?
        var at: Timestamp?
        while let field = try reader.next() {
            switch field {
            case 1: callID = try reader.text()
            case 2: kind = Kind(rawValue: try reader.text())
            case 3: at = try Timestamp(try reader.message(), instead: at)
            case 4: eventID = try reader.text()
            case 5: sequence = try reader.integer()
            case 6: provider = try reader.text()
            case 7: providerCallID = try reader.text()
            case 8: isTest = try reader.flag()
            case 9: to = try reader.text()
            case 10: from = try reader.text()
            case 11: destinationID = try reader.text()
            case 12: destinationNumber = try reader.text()
            case 13: attempt = try AttemptReport(try reader.message(), instead: attempt)
            case 14: digits = try reader.text()
            case 15: endedBy = try reader.text()
            case 16: cause = try reader.text()
            case 17: durationSeconds = try reader.double()
            case 18: url = try reader.text()
            case 19: tags.append(try reader.text())
            case 20: note = try reader.text()
            case 21: amount = try reader.text()
            case 22: currency = try reader.text()
            case 23: spam = try reader.flag()
            // Attributes are rare, and a map has rules of its own.
            case 24: throw ProtobufReader.Unusual()
            case 25: routedBy = try reader.text()
            default: try reader.skip()
            }
        }
        guard let kind, let at, Checks.isPlainCallID(callID), kind != .attempt || attempt != nil else { throw ProtobufReader.Unusual() }
        self.kind = kind
        self.at = at
        // What the contract forbids has one place that says so.
        guard (try? Checks.event(self)) != nil else { throw ProtobufReader.Unusual() }
    }
}

extension AttemptReport {
    /// - Parameter instead: an earlier one, with which protobuf would merge this.
    fileprivate init(_ body: consuming ProtobufReader, instead: AttemptReport?) throws(ProtobufReader.Unusual) {
        guard instead == nil else { throw ProtobufReader.Unusual() }
        var reader = body
        self.init(result: "")
        while let field = try reader.next() {
            switch field {
            case 1: destinationID = try reader.text()
            case 2: number = try reader.text()
            case 3: result = try reader.text()
            case 4: ringSeconds = try reader.double()
            case 5: cause = try reader.text()
            default: try reader.skip()
            }
        }
        guard !result.isEmpty, ringSeconds >= 0, ringSeconds <= Checks.mostSeconds else { throw ProtobufReader.Unusual() }
    }
}

extension Timestamp {
    init(_ body: consuming ProtobufReader, instead: Timestamp?) throws(ProtobufReader.Unusual) {
        guard instead == nil else { throw ProtobufReader.Unusual() }
        var reader = body
        var seconds: Int64 = 0
        var nanos: UInt64 = 0
        while let field = try reader.next() {
            switch field {
            case 1: seconds = Int64(bitPattern: try reader.integer())
            case 2: nanos = try reader.integer()
            default: try reader.skip()
            }
        }
        guard Checks.secondsOfTime ~= seconds, nanos < 1_000_000_000 else { throw ProtobufReader.Unusual() }
        self.init(milliseconds: seconds * 1000 + Int64(nanos / 1_000_000))
    }
}
