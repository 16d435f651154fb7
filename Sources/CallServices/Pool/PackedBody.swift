package import CallStorage
import MessageWire

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
            guard try reader.byte() == Self.format else { throw ByteReader.damaged }
            try self.init(from: &reader)
            guard reader.isAtEnd else { throw ByteReader.damaged }
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
