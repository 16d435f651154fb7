package import CallModel

extension ByteReader {
    /// A value of an enumeration.
    package mutating func choice<Value: CaseIterable>(_: Value.Type) throws(StorageError) -> Value {
        let cases = Array(Value.allCases)
        let place = Int(try byte())
        guard cases.indices.contains(place) else { throw Self.damaged }
        return cases[place]
    }

    package mutating func flag() throws(StorageError) -> Bool { try byte() != 0 }

    /// A number from 0 that fits into 32 bits: arithmetic with a few of them cannot overflow.
    package mutating func small() throws(StorageError) -> Int {
        guard let value = UInt32(exactly: try count()) else { throw Self.damaged }
        return Int(value)
    }

    /// A moment that can be written, so that arithmetic with it cannot overflow.
    package mutating func time() throws(StorageError) -> Timestamp { Timestamp(milliseconds: try number()).bounded }

    package mutating func optional<Value>(_ read: (inout ByteReader) throws(StorageError) -> Value) throws(StorageError) -> Value? {
        try flag() ? try read(&self) : nil
    }

    package mutating func list<Element>(_ read: (inout ByteReader) throws(StorageError) -> Element) throws(StorageError) -> [Element] {
        let count = try length()
        var elements: [Element] = []
        // What the length says is not believed before it is there.
        elements.reserveCapacity(min(count, 64))
        for _ in 0..<count { elements.append(try read(&self)) }
        return elements
    }
}

extension ByteWriter {
    /// By its place among all of its type, which is kept on disk: a new one goes to the end.
    package mutating func choice<Value: CaseIterable & Equatable>(_ value: Value) {
        // Every value is among all of its type; no type here has 256.
        byte(UInt8(Array(Value.allCases).firstIndex(of: value) ?? 0))
    }

    package mutating func flag(_ value: Bool) { byte(value ? 1 : 0) }

    package mutating func small(_ value: Int) { count(UInt64(UInt32(clamping: value))) }

    package mutating func time(_ value: Timestamp) { number(value.milliseconds) }

    package mutating func optional<Value>(_ value: Value?, _ write: (inout ByteWriter, Value) -> Void) {
        flag(value != nil)
        if let value { write(&self, value) }
    }

    package mutating func list<Element>(_ elements: [Element], _ write: (inout ByteWriter, Element) -> Void) {
        count(UInt64(elements.count))
        for element in elements { write(&self, element) }
    }
}
