import CallModel

extension RouteDecision {
    /// The message in protobuf, with calls.proto's field numbers in their order.
    var protobuf: [UInt8] {
        var writer = ProtobufWriter(reserving: 512)
        write(into: &writer)
        return writer.bytes
    }

    private func write(into writer: inout ProtobufWriter) {
        writer.text(1, callID)
        switch action {
        case .connect(let dial):
            writer.integer(2, 1)
            writer.message(3) { dial.write(into: &$0) }
        case .gather(let gather):
            writer.integer(2, 2)
            writer.message(4) { writer in
                writer.text(1, gather.prompt)
                writer.integer(2, UInt64(UInt32(clamping: gather.maxDigits)))
                writer.integer(3, UInt64(UInt32(clamping: gather.timeoutSeconds)))
            }
        case .voicemail(let voicemail):
            writer.integer(2, 3)
            writer.message(5) { writer in
                writer.text(1, voicemail.greeting)
                writer.integer(2, UInt64(UInt32(clamping: voicemail.maxSeconds)))
            }
        case .reject(let cause, let sipStatus):
            writer.integer(2, 4)
            writer.text(6, cause)
            writer.text(7, sipStatus)
        }
        writer.text(8, continuation)
        for dial in plan { writer.message(9) { dial.write(into: &$0) } }
        writer.text(10, greeting)
        writer.text(11, whisper)
        writer.flag(12, record)
        writer.text(13, routingType)
        writer.text(14, account)
        writer.text(15, trackingNumber)
        writer.text(16, flow)
        writer.integer(17, directoryVersion)
        writer.text(18, routedBy)
        for step in trace { writer.message(19) { step.write(into: &$0) } }
    }
}

extension Dial {
    fileprivate func write(into writer: inout ProtobufWriter) {
        for target in targets {
            writer.message(1) { writer in
                writer.text(1, target.destinationID)
                writer.text(2, target.number)
                writer.text(3, target.kind)
            }
        }
        writer.integer(2, UInt64(UInt32(clamping: ringSeconds)))
        writer.flag(3, screening)
        writer.text(4, callerID)
    }
}

extension TraceStep {
    fileprivate func write(into writer: inout ProtobufWriter) {
        writer.text(1, node)
        writer.text(2, destinationID)
        writer.text(3, verdict)
        writer.text(4, reason)
    }
}
