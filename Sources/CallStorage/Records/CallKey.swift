import CallModel

/// The keyed hash under which a call is found: nobody who does not know the file can make ids that collide.
struct CallKey {
    private let key: SecretKey

    init(first: UInt64, second: UInt64) { key = SecretKey(first: first, second: second) }

    func callAsFunction(_ id: String) -> Int64 {
        if let found = id.utf8.withContiguousStorageIfAvailable(hash) { return found }
        var id = id
        return id.withUTF8 { hash($0) }
    }

    func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64 {
        Int64(bitPattern: SipHash.table(key, bytes))
    }

    /// Of a caller's digits: nobody who does not know the file can tell whose hash it is.
    func callAsFunction(caller: Int64) -> Int64 {
        withUnsafeBytes(of: caller.bigEndian) { bytes in bytes.withMemoryRebound(to: UInt8.self) { hash($0) } }
    }
}
