import CallModel
package import CallStorage
package import MessageWire

/// A body of an internal service that a call waits for: packed bytes, which cost a fraction of what JSON does.
///
/// A format byte leads: a process that speaks another is refused, and does as if nobody could be asked.
package protocol PackedBody: Sendable {
    /// What a refusal calls it.
    static var kind: String { get }
    static var format: UInt8 { get }
    init(from reader: inout ByteReader) throws(StorageError)
    func pack(into writer: inout ByteWriter)
}

extension PackedBody {
    /// - Throws: INVALID_ARGUMENT for bytes that are none of these, or have something behind them.
    package init(body: RawSpan) throws(ServiceError) {
        var reader = ByteReader(body.withUnsafeBytes { Array($0) })
        do throws(StorageError) {
            guard try reader.byte() == Self.format else { throw PackedBodyFault.error }
            try self.init(from: &reader)
            guard reader.isAtEnd else { throw PackedBodyFault.error }
        } catch {
            throw ServiceError(.invalidArgument, "the body is no \(Self.kind) of format \(Self.format); run one version of this program everywhere")
        }
    }

    package var body: [UInt8] {
        var writer = ByteWriter()
        writer.byte(Self.format)
        pack(into: &writer)
        return writer.bytes
    }
}

/// What a body's reader throws at a value that cannot be: only that it did is looked at.
enum PackedBodyFault {
    static var error: StorageError { StorageError(.damaged, "a packed body holds what cannot be") }
}

extension ByteReader {
    /// A value of an enumeration by its place among all.
    mutating func choice<Value: CaseIterable>(_: Value.Type) throws(StorageError) -> Value {
        let cases = Array(Value.allCases)
        let place = Int(try byte())
        guard cases.indices.contains(place) else { throw PackedBodyFault.error }
        return cases[place]
    }

    mutating func flag() throws(StorageError) -> Bool { try byte() != 0 }

    /// A moment that can be written, so that arithmetic with it cannot overflow.
    mutating func time() throws(StorageError) -> Timestamp { Timestamp(milliseconds: try number()).bounded }

    /// A number from 0 that fits into 32 bits: arithmetic with a few of them cannot overflow.
    mutating func small() throws(StorageError) -> Int {
        guard let value = UInt32(exactly: try count()) else { throw PackedBodyFault.error }
        return Int(value)
    }

    mutating func list<Element>(_ read: (inout ByteReader) throws(StorageError) -> Element) throws(StorageError) -> [Element] {
        let count = try length()
        var elements: [Element] = []
        elements.reserveCapacity(min(count, 64))
        for _ in 0..<count { elements.append(try read(&self)) }
        return elements
    }
}

extension ByteWriter {
    mutating func choice<Value: CaseIterable & Equatable>(_ value: Value) {
        // Every value is among all of its type; no type here has 256.
        byte(UInt8(Array(Value.allCases).firstIndex(of: value) ?? 0))
    }

    mutating func flag(_ value: Bool) { byte(value ? 1 : 0) }

    mutating func small(_ value: Int) { count(UInt64(UInt32(clamping: value))) }

    mutating func list<Element>(_ elements: [Element], _ write: (inout ByteWriter, Element) -> Void) {
        count(UInt64(elements.count))
        for element in elements { write(&self, element) }
    }
}
