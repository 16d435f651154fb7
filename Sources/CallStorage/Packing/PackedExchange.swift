internal import CallModel

extension ByteWriter {
    mutating func exchange(_ exchange: Exchange) {
        identifier(exchange.exchangeID)
        byte(exchange.status)
        number(exchange.receivedAt.milliseconds)
        number(exchange.endedAt.milliseconds - exchange.receivedAt.milliseconds)
        switch exchange.question {
        case .route(let call):
            byte(0)
            inbound(call)
        case .proceed(let progress):
            byte(1)
            self.progress(progress)
        }
        // No closure: it would have a copy of the exchange.
        var message = beginMessage()
        message.time(exchange.dispatchedAt)
        if message.has(exchange.decision != nil), let decision = exchange.decision { message.writer.decision(decision, of: exchange.callID) }
        end(message)
    }

    /// A request's id is 32 hex digits: 16 bytes. Another text stays what it is.
    private mutating func identifier(_ id: String) {
        guard let (high, low) = hexNumber(id) else {
            byte(0)
            return text(id)
        }
        byte(1)
        whole(high)
        whole(low)
    }

    private mutating func inbound(_ call: InboundCall) {
        message { message in
            message.text(call.to)
            message.text(call.from)
            message.text(call.callerName)
            message.time(call.at)
            message.text(call.provider)
            message.text(call.providerCallID)
            message.flag(call.isTest)
            message.pairs(call.attributes)
        }
    }

    private mutating func progress(_ progress: CallProgress) {
        message { message in
            message.text(progress.continuation)
            message.time(progress.at)
            message.optional(!progress.attempts.isEmpty) { body in
                body.count(UInt64(progress.attempts.count))
                for report in progress.attempts { body.report(report) }
            }
            message.text(progress.digits)
            message.flag(progress.noInput)
        }
    }

    private mutating func decision(_ decision: RouteDecision, of callID: String) {
        action(decision.action)
        message { message in
            message.text(decision.callID == callID ? "" : decision.callID)
            message.text(decision.continuation)
            message.optional(!decision.plan.isEmpty) { body in
                body.count(UInt64(decision.plan.count))
                for dial in decision.plan { body.dial(dial) }
            }
            message.text(decision.greeting)
            message.text(decision.whisper)
            message.flag(decision.record)
            message.text(decision.routingType)
            message.text(decision.account)
            message.text(decision.trackingNumber)
            message.text(decision.flow)
            message.count(decision.directoryVersion)
            message.text(decision.routedBy)
            message.optional(!decision.trace.isEmpty) { body in
                body.count(UInt64(decision.trace.count))
                for step in decision.trace { body.texts([step.node, step.destinationID, step.verdict, step.reason]) }
            }
        }
    }

    private mutating func action(_ action: RouteDecision.Action) {
        switch action {
        case .connect(let dial):
            byte(1)
            self.dial(dial)
        case .gather(let gather):
            byte(2)
            text(gather.prompt)
            number(Int64(gather.maxDigits))
            number(Int64(gather.timeoutSeconds))
        case .voicemail(let voicemail):
            byte(3)
            text(voicemail.greeting)
            number(Int64(voicemail.maxSeconds))
        case .reject(let cause, let sipStatus):
            byte(4)
            text(cause)
            text(sipStatus)
        }
    }

    private mutating func dial(_ dial: Dial) {
        count(UInt64(dial.targets.count))
        for target in dial.targets {
            text(target.destinationID)
            text(target.number)
            text(target.kind)
        }
        number(Int64(dial.ringSeconds))
        byte(dial.screening ? 1 : 0)
        text(dial.callerID)
    }
}

extension ByteReader {
    mutating func exchange(callID: String) throws(StorageError) -> Exchange {
        let id = try identifier()
        let status = try byte()
        let receivedAt = try number()
        let took = try number()
        let question: Exchange.Question
        switch try byte() {
        case 0: question = .route(try inbound(callID))
        case 1: question = .proceed(try progress(callID))
        default: throw Self.damaged
        }
        var message = try message()
        let dispatchedAt = try message.time(&self)
        let decision = message.isNext() ? try decision(callID) : nil
        return Exchange(
            exchangeID: id, question: question, status: status, decision: decision, receivedAt: Timestamp(milliseconds: receivedAt),
            dispatchedAt: dispatchedAt, endedAt: Timestamp(milliseconds: receivedAt &+ took))
    }

    private mutating func identifier() throws(StorageError) -> String {
        if try byte() == 0 { return try text() }
        let packed = try raw(16)
        return String(unsafeUninitializedCapacity: 32) { room in
            for (place, byte) in packed.enumerated() {
                room[2 * place] = hexLetter(byte >> 4)
                room[2 * place + 1] = hexLetter(byte & 15)
            }
            return 32
        }
    }

    private mutating func inbound(_ callID: String) throws(StorageError) -> InboundCall {
        var message = try message()
        var call = InboundCall(callID: callID, to: try message.text(&self))
        call.from = try message.text(&self)
        call.callerName = try message.text(&self)
        call.at = try message.time(&self)
        call.provider = try message.text(&self)
        call.providerCallID = try message.text(&self)
        call.isTest = message.isNext()
        call.attributes = try message.pairs(&self)
        return call
    }

    private mutating func progress(_ callID: String) throws(StorageError) -> CallProgress {
        var message = try message()
        var progress = CallProgress(callID: callID, continuation: try message.text(&self))
        progress.at = try message.time(&self)
        if message.isNext() {
            for _ in 0..<(try length()) { progress.attempts.append(try report()) }
        }
        progress.digits = try message.text(&self)
        progress.noInput = message.isNext()
        return progress
    }

    private mutating func decision(_ callID: String) throws(StorageError) -> RouteDecision {
        var decision = RouteDecision(callID: callID, action: try action())
        var message = try message()
        let otherID = try message.text(&self)
        if !otherID.isEmpty { decision.callID = otherID }
        decision.continuation = try message.text(&self)
        if message.isNext() {
            for _ in 0..<(try length()) { decision.plan.append(try dial()) }
        }
        decision.greeting = try message.text(&self)
        decision.whisper = try message.text(&self)
        decision.record = message.isNext()
        decision.routingType = try message.text(&self)
        decision.account = try message.text(&self)
        decision.trackingNumber = try message.text(&self)
        decision.flow = try message.text(&self)
        decision.directoryVersion = try message.count(&self)
        decision.routedBy = try message.text(&self)
        guard message.isNext() else { return decision }
        let steps = try length()
        decision.trace.reserveCapacity(steps)
        for _ in 0..<steps {
            guard try count() == 4 else { throw Self.damaged }
            let node = try text()
            let destination = try text()
            let verdict = try text()
            decision.trace.append(TraceStep(node: node, destinationID: destination, verdict: verdict, reason: try text()))
        }
        return decision
    }

    private mutating func action() throws(StorageError) -> RouteDecision.Action {
        switch try byte() {
        case 1: return .connect(try dial())
        case 2:
            let prompt = try text()
            let digits = Int(try number())
            return .gather(Gather(prompt: prompt, maxDigits: digits, timeoutSeconds: Int(try number())))
        case 3:
            let greeting = try text()
            return .voicemail(Voicemail(greeting: greeting, maxSeconds: Int(try number())))
        case 4:
            let cause = try text()
            return .reject(cause: cause, sipStatus: try text())
        default: throw Self.damaged
        }
    }

    private mutating func dial() throws(StorageError) -> Dial {
        let count = try length()
        var targets: [Dial.Target] = []
        targets.reserveCapacity(count)
        for _ in 0..<count {
            let id = try text()
            let number = try text()
            targets.append(Dial.Target(destinationID: id, number: number, kind: try text()))
        }
        let ringSeconds = Int(try number())
        let screening = try byte() == 1
        return Dial(targets: targets, ringSeconds: ringSeconds, screening: screening, callerID: try text())
    }
}

/// The number of 32 digits; nil where the text is anything else.
private func hexNumber(_ text: String) -> (high: UInt64, low: UInt64)? {
    var text = text
    return text.withUTF8 { letters in
        guard letters.count == 32 else { return nil }
        var (high, low) = (UInt64(0), UInt64(0))
        for letter in letters {
            guard let digit = hexDigit(letter) else { return nil }
            high = high << 4 | low >> 60
            low = low << 4 | UInt64(digit)
        }
        return (high, low)
    }
}

/// Lower-case only: what is written back must be what was told.
private func hexDigit(_ letter: UInt8) -> UInt8? {
    switch letter {
    case 48...57: letter - 48
    case 97...102: letter - 87
    default: nil
    }
}

private func hexLetter(_ digit: UInt8) -> UInt8 { digit < 10 ? 48 + digit : 87 + digit }
