internal import CallAttribution
internal import CallModel

/// The inputs of a call as they are stored: a byte of flags, then each input behind a byte that says what it is.
///
/// A new input is written at the end; what is there is never written again.
struct PackedHistory {
    private(set) var bytes: [UInt8]

    private static let cameOutOfOrder: UInt8 = 1
    private static let exchange: UInt8 = 1
    private static let event: UInt8 = 2
    private static let word: UInt8 = 3
    /// Of a call whose caller was erased (records.md §7): never more than one.
    private static let erasure: UInt8 = 17
    private static let erasureInFirstForm: UInt8 = 16

    /// No input yet.
    init() { bytes = [0] }

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// All of it anew: of an erased call, whose inputs are no longer what they were.
    init(erased history: CallHistory) {
        self.init()
        for exchange in history.exchanges { append(.exchange(exchange), cameOutOfOrder: history.cameOutOfOrder) }
        for event in history.events { append(.event(event), cameOutOfOrder: history.cameOutOfOrder) }
        for word in history.words { append(.word(callID: history.callID, word), cameOutOfOrder: history.cameOutOfOrder) }
        guard let erasure = history.erasure else { return }
        var writer = ByteWriter(bytes)
        writer.byte(Self.erasure)
        writer.erasure(erasure)
        bytes = writer.bytes
    }

    mutating func append(_ input: CallInput, cameOutOfOrder: Bool) {
        var writer = ByteWriter(bytes)
        // Empty meanwhile, so that the bytes have one owner and are not copied.
        bytes = []
        switch input {
        case .exchange(let exchange):
            writer.byte(Self.exchange)
            writer.exchange(exchange)
        case .event(let event):
            writer.byte(Self.event)
            writer.event(event)
        case .word(_, let word):
            writer.byte(Self.word)
            writer.word(word)
        }
        bytes = writer.bytes
        if cameOutOfOrder { bytes[0] |= Self.cameOutOfOrder }
    }

    /// Throws `damaged` where the bytes do not add up.
    func history(callID: String) throws(StorageError) -> CallHistory {
        var reader = ByteReader(bytes)
        let flags = try reader.byte()
        var exchanges: [Exchange] = []
        var events: [CallEvent] = []
        var words: [SaidWord] = []
        var erasure: Erasure?
        while !reader.isAtEnd {
            switch try reader.byte() {
            case Self.exchange: exchanges.append(try reader.exchange(callID: callID))
            case Self.event: events.append(try reader.event(callID: callID))
            case Self.word: words.append(try reader.word())
            case Self.erasure: erasure = try reader.erasure(isFirstForm: false)
            case Self.erasureInFirstForm: erasure = try reader.erasure(isFirstForm: true)
            default: throw ByteReader.damaged
            }
        }
        return CallHistory(
            callID: callID, exchanges: exchanges, events: events, words: words, cameOutOfOrder: flags & Self.cameOutOfOrder != 0, erasure: erasure)
    }
}
