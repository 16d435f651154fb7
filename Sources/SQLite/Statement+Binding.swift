import CSQLite

// SQLITE_TRANSIENT is a C cast that the importer does not see: SQLite copies the bytes before it returns.
private var copied: sqlite3_destructor_type {
    unsafeBitCast(-1, to: sqlite3_destructor_type.self)
}

// SQLITE_STATIC is a null destructor: SQLite keeps the address.
private let lent: sqlite3_destructor_type? = nil

extension Statement {
    package mutating func bind(_ value: Int64, at index: Int) throws(SQLiteError) {
        try check(sqlite3_bind_int64(handle, Int32(index), value))
    }

    package mutating func bind(_ value: Int, at index: Int) throws(SQLiteError) {
        try bind(Int64(value), at: index)
    }

    package mutating func bind(_ value: Double, at index: Int) throws(SQLiteError) {
        try check(sqlite3_bind_double(handle, Int32(index), value))
    }

    package mutating func bind(_ text: String, at index: Int) throws(SQLiteError) {
        var text = text
        try check(
            text.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) { bytes in
                    // An empty string may have no address, which SQLite would take for NULL.
                    bytes.baseAddress == nil
                        ? sqlite3_bind_text(handle, Int32(index), "", 0, copied)
                        : sqlite3_bind_text64(handle, Int32(index), bytes.baseAddress, UInt64(bytes.count), copied, UInt8(SQLITE_UTF8))
                }
            })
    }

    /// Binds a copy of the bytes.
    package mutating func bind(_ blob: RawSpan, at index: Int) throws(SQLiteError) {
        try check(blob.withUnsafeBytes { bindBlob($0, at: index, copied) })
    }

    package mutating func bind(_ blob: [UInt8], at index: Int) throws(SQLiteError) {
        try check(blob.withUnsafeBytes { bindBlob($0, at: index, copied) })
    }

    /// Binds the bytes where they are: they must stay in place and unchanged until this parameter is bound again or `clearBindings` is called. A step after that would read freed memory.
    package mutating func bind(lent blob: UnsafeRawBufferPointer, at index: Int) throws(SQLiteError) {
        try check(bindBlob(blob, at: index, lent))
    }

    package mutating func bindNull(at index: Int) throws(SQLiteError) {
        try check(sqlite3_bind_null(handle, Int32(index)))
    }

    package mutating func bind(orNull value: Int64?, at index: Int) throws(SQLiteError) {
        if let value { try bind(value, at: index) } else { try bindNull(at: index) }
    }

    package mutating func bind(orNull text: String?, at index: Int) throws(SQLiteError) {
        if let text { try bind(text, at: index) } else { try bindNull(at: index) }
    }

    private func bindBlob(_ bytes: UnsafeRawBufferPointer, at index: Int, _ ownership: sqlite3_destructor_type?) -> Int32 {
        guard let start = bytes.baseAddress, !bytes.isEmpty else {
            // An empty blob is not NULL.
            return sqlite3_bind_zeroblob(handle, Int32(index), 0)
        }
        return sqlite3_bind_blob64(handle, Int32(index), start, UInt64(bytes.count), ownership)
    }
}
