import CSQLite

extension Statement {
    package var columnCount: Int {
        Int(sqlite3_column_count(handle))
    }

    package func isNull(_ column: Int) -> Bool {
        sqlite3_column_type(handle, Int32(column)) == SQLITE_NULL
    }

    /// 0 for NULL, as SQLite converts.
    package func int64(_ column: Int) -> Int64 {
        sqlite3_column_int64(handle, Int32(column))
    }

    package func double(_ column: Int) -> Double {
        sqlite3_column_double(handle, Int32(column))
    }

    /// Empty for NULL; bytes that are not UTF-8 are repaired.
    package func text(_ column: Int) -> String {
        guard let start = sqlite3_column_text(handle, Int32(column)) else { return "" }
        let count = Int(sqlite3_column_bytes(handle, Int32(column)))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    package func optionalInt64(_ column: Int) -> Int64? {
        isNull(column) ? nil : int64(column)
    }

    package func optionalText(_ column: Int) -> String? {
        isNull(column) ? nil : text(column)
    }

    /// A copy of the blob; empty for NULL.
    package func bytes(_ column: Int) -> [UInt8] {
        withBytes(column) { span in span.withUnsafeBytes { [UInt8]($0) } }
    }

    /// Lends the blob, or a text's UTF-8, for the time of `body`, without a copy; empty for NULL.
    package func withBytes<Result, Failure: Error>(_ column: Int, _ body: (RawSpan) throws(Failure) -> Result) throws(Failure) -> Result {
        let start = sqlite3_column_blob(handle, Int32(column))
        let count = start == nil ? 0 : Int(sqlite3_column_bytes(handle, Int32(column)))
        return try body(UnsafeRawBufferPointer(start: start, count: count).bytes)
    }
}
