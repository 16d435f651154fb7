/// Why a message is no message of TLP/1 (wire.md §5). The raw value is the reason's name in counters and in ERROR.
public enum Malformed: String, Error, Hashable, Sendable, CaseIterable {
    case frames = "more than one frame"
    case short = "shorter than the header"
    case magic = "not TLP"
    case version = "unknown version"
    case unknownType = "unknown type"
    case direction = "only a broker sends this type"
    case metadataLength = "metadata length does not fit"
    case metadataCut = "metadata does not add up"
    case path = "broken path"
    case key = "broken metadata key"
    case value = "metadata value is not printable ASCII"
    case priority = "priority is not 0, 1, 2 or 3"
    case brokerKey = "metadata key is the broker's to set"
    case zeroID = "zero request id"
    case hello = "HELLO is not of its shape"
    case pingBody = "PING body over 1 KiB"
    case batch = "BATCH does not add up"

    /// The status of the ERROR that answers it.
    public var status: StatusCode {
        switch self {
        case .version, .unknownType: .unimplemented
        default: .internal
        }
    }
}
