import CallModel

extension RouteDecision {
    /// Reads a decision as writers make it; nil for anything unusual or wrong, which the generated reader judges.
    init?(plainProtobuf body: UnsafeRawBufferPointer) {
        do throws(ProtobufReader.Unusual) {
            try self.init(ProtobufReader(body))
        } catch {
            return nil
        }
    }

    private init(_ body: consuming ProtobufReader) throws(ProtobufReader.Unusual) {
        var reader = body
        // The action comes last, when all that it needs has been read.
        self.init(callID: "", action: .reject(cause: "", sipStatus: ""))
        var action: UInt64 = 0
        var dial: Dial?
        var gather: Gather?
        var voicemail: Voicemail?
        var cause = ""
        var sipStatus = ""
        while let field = try reader.next() {
            switch field {
            case 1: callID = try reader.text()
            case 2: action = try reader.integer()
            case 3: dial = try Dial(try reader.message(), instead: dial)
            case 4: gather = try Gather(try reader.message(), instead: gather)
            case 5: voicemail = try Voicemail(try reader.message(), instead: voicemail)
            case 6: cause = try reader.text()
            case 7: sipStatus = try reader.text()
            case 8: continuation = try reader.text()
            case 9: plan.append(try Dial(try reader.message(), instead: nil))
            case 10: greeting = try reader.text()
            case 11: whisper = try reader.text()
            case 12: record = try reader.flag()
            case 13: routingType = try reader.text()
            case 14: account = try reader.text()
            case 15: trackingNumber = try reader.text()
            case 16: flow = try reader.text()
            case 17: directoryVersion = try reader.integer()
            case 18: routedBy = try reader.text()
            case 19: trace.append(try TraceStep(try reader.message()))
            default: try reader.skip()
            }
        }
        guard Checks.isPlainCallID(callID) else { throw ProtobufReader.Unusual() }
        switch (action, dial, gather, voicemail) {
        case (1, .some(let dial), _, _): self.action = .connect(dial)
        case (2, _, .some(let gather), _): self.action = .gather(gather)
        case (3, _, _, .some(let voicemail)): self.action = .voicemail(voicemail)
        case (4, _, _, _): self.action = .reject(cause: cause, sipStatus: sipStatus)
        default: throw ProtobufReader.Unusual()
        }
    }
}

extension Dial {
    /// - Parameter instead: an earlier one, with which protobuf would merge this.
    fileprivate init(_ body: consuming ProtobufReader, instead: Dial?) throws(ProtobufReader.Unusual) {
        guard instead == nil else { throw ProtobufReader.Unusual() }
        var reader = body
        self.init(targets: [], ringSeconds: 0)
        while let field = try reader.next() {
            switch field {
            case 1: targets.append(try Target(try reader.message()))
            case 2: ringSeconds = Int(try reader.seconds())
            case 3: screening = try reader.flag()
            case 4: callerID = try reader.text()
            default: try reader.skip()
            }
        }
        guard !targets.isEmpty else { throw ProtobufReader.Unusual() }
    }
}

extension Dial.Target {
    fileprivate init(_ body: consuming ProtobufReader) throws(ProtobufReader.Unusual) {
        var reader = body
        self.init(destinationID: "", number: "", kind: "")
        while let field = try reader.next() {
            switch field {
            case 1: destinationID = try reader.text()
            case 2: number = try reader.text()
            case 3: kind = try reader.text()
            default: try reader.skip()
            }
        }
    }
}

extension Gather {
    fileprivate init(_ body: consuming ProtobufReader, instead: Gather?) throws(ProtobufReader.Unusual) {
        guard instead == nil else { throw ProtobufReader.Unusual() }
        var reader = body
        self.init(prompt: "", maxDigits: 0, timeoutSeconds: 0)
        while let field = try reader.next() {
            switch field {
            case 1: prompt = try reader.text()
            case 2: maxDigits = Int(try reader.seconds())
            case 3: timeoutSeconds = Int(try reader.seconds())
            default: try reader.skip()
            }
        }
    }
}

extension Voicemail {
    fileprivate init(_ body: consuming ProtobufReader, instead: Voicemail?) throws(ProtobufReader.Unusual) {
        guard instead == nil else { throw ProtobufReader.Unusual() }
        var reader = body
        self.init(greeting: "", maxSeconds: 0)
        while let field = try reader.next() {
            switch field {
            case 1: greeting = try reader.text()
            case 2: maxSeconds = Int(try reader.seconds())
            default: try reader.skip()
            }
        }
    }
}

extension TraceStep {
    fileprivate init(_ body: consuming ProtobufReader) throws(ProtobufReader.Unusual) {
        var reader = body
        self.init(node: "", verdict: "", reason: "")
        while let field = try reader.next() {
            switch field {
            case 1: node = try reader.text()
            case 2: destinationID = try reader.text()
            case 3: verdict = try reader.text()
            case 4: reason = try reader.text()
            default: try reader.skip()
            }
        }
    }
}
