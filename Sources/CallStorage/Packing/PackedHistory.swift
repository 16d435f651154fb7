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
        for exchange in history.exchanges { append(exchange) }
        for event in history.events { append(event) }
        for word in history.words { append(word) }
        if history.cameOutOfOrder { noteOutOfOrder() }
        guard let erasure = history.erasure else { return }
        var writer = begin(Self.erasure)
        writer.erasure(erasure)
        end(writer)
    }

    mutating func append(_ exchange: Exchange) {
        // What most calls come to.
        if bytes.count == 1 { bytes.reserveCapacity(480) }
        var writer = begin(Self.exchange)
        writer.exchange(exchange)
        end(writer)
    }

    mutating func append(_ event: CallEvent) {
        var writer = begin(Self.event)
        writer.event(event)
        end(writer)
    }

    mutating func append(_ word: SaidWord) {
        var writer = begin(Self.word)
        writer.word(word)
        end(writer)
    }

    /// The writer has the bytes until it is given back: so they have one owner throughout, and are not copied.
    private mutating func begin(_ kind: UInt8) -> ByteWriter {
        var writer = ByteWriter()
        swap(&writer.bytes, &bytes)
        writer.byte(kind)
        return writer
    }

    private mutating func end(_ writer: consuming ByteWriter) { bytes = (consume writer).bytes }

    mutating func noteOutOfOrder() { bytes[0] |= Self.cameOutOfOrder }

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
