/// Who may receive calls; may serve many tracking numbers (directory.md, "destinations").
public struct Destination: Sendable {
    public let id: String
    public let address: Address
    public let kind: Kind
    public let enabled: Bool
    /// Place in `Directory.schedules`; outside it the destination is not eligible.
    public let hours: Int?
    /// Shared by every tracking number that uses it.
    public let limits: [Limit]

    init(id: String, address: Address, kind: Kind, enabled: Bool, hours: Int?, limits: [Limit] = []) {
        self.id = id
        self.address = address
        self.kind = kind
        self.enabled = enabled
        self.hours = hours
        self.limits = limits
    }

    /// E.164 or the `sip:` URI.
    public var number: String { address.text }

    public enum Address: Hashable, Sendable {
        case number(PhoneNumber)
        case sip(String)

        var text: String {
            switch self {
            case .number(let number): number.e164
            case .sip(let uri): uri
            }
        }
    }

    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case mobile, landline, voip
        case callCenter = "call_center"
    }
}
