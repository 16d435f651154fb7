import CallModel
import CallWire

/// Bodies of a run's messages: encoded once, then only what differs is written over, since the harness must cost little beside
/// what it measures.
struct CallBodies: Sendable {
    private let ids: CallIDs
    private let inbound: [UInt8]
    private let idPlace: Int
    private let callerPlace: Int
    private static let caller = "+13125550100"

    /// - Throws: `LoadError` where the messages cannot be encoded.
    init(ids: CallIDs) throws(LoadError) {
        self.ids = ids
        let call = InboundCall(callID: ids.text(0), to: LoadDirectory.trackingNumber, from: Self.caller)
        do throws(CallWireError) { inbound = try call.body(.protobuf) } catch { throw LoadError(.system, error.message) }
        idPlace = try Self.place(of: ids.text(0), in: inbound)
        callerPlace = try Self.place(of: Self.caller, in: inbound)
    }

    private static func place(of text: String, in bytes: [UInt8]) throws(LoadError) -> Int {
        let wanted = Array(text.utf8)
        guard let place = bytes.indices.first(where: { bytes[$0...].starts(with: wanted) }) else {
            throw LoadError(.system, "an encoded message does not hold \(text.utf8.count) bytes of its own text")
        }
        return place
    }

    /// Each call from another caller: a record's indexes see keys in no order, as they do in life.
    func routeCall(_ number: Int) -> [UInt8] {
        var body = inbound
        ids.writeNumber(number, into: &body, at: idPlace)
        // The last six digits: the exchange code keeps its first, which may be neither 0 nor 1.
        var rest = UInt64(truncatingIfNeeded: number) &* 2_654_435_761 % 1_000_000
        for place in stride(from: callerPlace + 11, to: callerPlace + 5, by: -1) {
            body[place] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        }
        return body
    }

    /// The end of some calls, all at one moment.
    func ended(_ numbers: [Int], at moment: Timestamp) throws(LoadError) -> [[UInt8]] {
        let event = CallEvent(callID: ids.text(0), kind: .ended, at: moment, endedBy: "caller")
        let template: [UInt8]
        do throws(CallWireError) { template = try event.body(.protobuf) } catch { throw LoadError(.system, error.message) }
        let place = try Self.place(of: ids.text(0), in: template)
        return numbers.map { number in
            var body = template
            ids.writeNumber(number, into: &body, at: place)
            return body
        }
    }
}
