package import CallRouting
package import CallStorage

extension LiveAnswer: PackedBody {
    package static var kind: String { "answer of live state" }
    package static var format: UInt8 { 1 }

    package func pack(into writer: inout ByteWriter) {
        switch self {
        case .over: writer.flag(false)
        case .choice(let choice):
            writer.flag(true)
            choice.pack(into: &writer)
        }
    }

    package init(from reader: inout ByteReader) throws(StorageError) {
        self = try reader.flag() ? .choice(try RingChoice(from: &reader)) : .over
    }
}
