/// How the indexes of calls are parted, and when they are written.
package struct IndexSizes: Hashable, Sendable {
    /// Rows of a part, as a power of two: two million. The same for the life of a file.
    package var partBits = 21
    /// Entries that wait in memory before their share begins to be written; twice as many are held at most, and the start reads as many rows again.
    package var waiting = 131_072

    package init() {}

    /// The part of the index that has a row's entries.
    func part(of row: Int64) -> Int { Int(max(0, row - 1) >> Int64(partBits)) }
}
