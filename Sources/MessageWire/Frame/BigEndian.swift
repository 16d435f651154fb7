extension UnsafeRawBufferPointer {
    /// The caller has checked that the integer lies inside.
    @inlinable
    package func bigEndian<Integer: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as type: Integer.Type) -> Integer {
        Integer(bigEndian: loadUnaligned(fromByteOffset: offset, as: type))
    }
}

extension UnsafeMutableRawBufferPointer {
    @inlinable
    package func putBigEndian(_ integer: some FixedWidthInteger & BitwiseCopyable, at offset: Int) {
        storeBytes(of: integer.bigEndian, toByteOffset: offset, as: type(of: integer))
    }
}
