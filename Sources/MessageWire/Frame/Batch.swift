/// The body of a BATCH: `{ u32 length, message }*` (wire.md §2).
public enum Batch {
    /// Messages that may travel in one.
    public static let maximumItems = 4096

    /// The items' places in `body`; they add up to the whole of it.
    ///
    /// - Throws: `Malformed.batch` where lengths and number do not add up, or there are too many.
    public static func items(in body: UnsafeRawBufferPointer, count: UInt32) throws(Malformed) -> [Range<Int>] {
        var items: [Range<Int>] = []
        try self.items(in: body, count: count, into: &items)
        return items
    }

    /// The same in place of what `items` held, for those who look into many.
    package static func items(in body: UnsafeRawBufferPointer, count: UInt32, into items: inout [Range<Int>]) throws(Malformed) {
        items.removeAll(keepingCapacity: true)
        guard count <= maximumItems else { throw .batch }
        items.reserveCapacity(Int(count))
        var offset = 0
        while offset < body.count {
            guard body.count - offset >= 4 else { throw .batch }
            let length = Int(body.bigEndian(at: offset, as: UInt32.self))
            offset += 4
            guard length <= body.count - offset, items.count < count else { throw .batch }
            items.append(offset..<offset + length)
            offset += length
        }
        guard items.count == Int(count) else { throw .batch }
    }
}
