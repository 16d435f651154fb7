/// An account's tracking numbers in the document's order, found by number.
///
/// Packed into a few arrays, about 70 bytes a number and its name, because an account may have a million (performance.md, P7) and
/// memory that is allocated name by name among the parts of a document is never given back. A `TrackingNumber` is made when asked for.
public struct NumberTable: Sendable {
    private var rows: [Row] = []
    /// All names, one after the other, in UTF-8.
    private var names: [UInt8] = []
    private var sources: [StaticSource] = []
    private var assignments: [TrackingNumber.Assignment] = []
    private var placeByNumber: [PhoneNumber: Int32] = [:]

    private init(capacity: Int) {
        rows.reserveCapacity(capacity)
        placeByNumber.reserveCapacity(capacity)
    }

    /// Without numbers.
    init() {}

    public subscript(number: PhoneNumber) -> TrackingNumber? { placeByNumber[number].map { self[Int($0)] } }

    /// In the document's order, without making the rest of each.
    public var phoneNumbers: some Sequence<PhoneNumber> { rows.lazy.map(\.number) }

    /// Everything but the number and the length of its name is a place in another array, -1 for none.
    private struct Row: Sendable {
        let number: PhoneNumber
        let nameStart: UInt32
        let nameLength: UInt32
        var flow: Int32
        let fallback: Int32
        let assignment: Int32
        let source: Int32
        var pool: Int32
        let state: TrackingNumber.State
    }
}

extension NumberTable: RandomAccessCollection {
    public var startIndex: Int { 0 }
    public var endIndex: Int { rows.count }

    public subscript(place: Int) -> TrackingNumber {
        let row = rows[place]
        return TrackingNumber(
            number: row.number, state: row.state, flow: row.flow < 0 ? nil : Int(row.flow),
            fallback: row.fallback < 0 ? nil : Int(row.fallback),
            name: String(decoding: names[Int(row.nameStart)..<Int(row.nameStart + row.nameLength)], as: UTF8.self),
            assignment: row.assignment < 0 ? nil : assignments[Int(row.assignment)],
            source: row.source < 0 ? nil : sources[Int(row.source)], pool: row.pool < 0 ? nil : Int(row.pool))
    }
}

extension NumberTable {
    /// Fills a table; equal sources and assignments are kept once.
    struct Builder {
        private(set) var table: NumberTable
        private var sourcePlaces: [StaticSource: Int32] = [:]
        private var assignmentPlaces: [TrackingNumber.Assignment: Int32] = [:]

        init(capacity: Int) { table = NumberTable(capacity: capacity) }

        /// Place of a number that has been added; nil when it has not.
        func place(of number: PhoneNumber) -> Int? { table.placeByNumber[number].map(Int.init) }

        /// Makes a number that has been added one of a pool, whose flow it takes where it has none of its own.
        mutating func join(_ place: Int, pool: Int, flow: Int?) {
            table.rows[place].pool = Int32(pool)
            if table.rows[place].flow < 0 { table.rows[place].flow = Int32(flow ?? -1) }
        }

        mutating func add(_ number: TrackingNumber) {
            table.placeByNumber[number.number] = Int32(table.rows.count)
            let start = table.names.count
            table.names.append(contentsOf: number.name.utf8)
            table.rows.append(
                Row(
                    number: number.number, nameStart: UInt32(start), nameLength: UInt32(table.names.count - start),
                    flow: Int32(number.flow ?? -1), fallback: Int32(number.fallback ?? -1),
                    assignment: number.assignment.map { Self.place(of: $0, in: &table.assignments, &assignmentPlaces) } ?? -1,
                    source: number.source.map { Self.place(of: $0, in: &table.sources, &sourcePlaces) } ?? -1,
                    pool: Int32(number.pool ?? -1), state: number.state))
        }

        private static func place<Value: Hashable>(of value: Value, in values: inout [Value], _ places: inout [Value: Int32]) -> Int32 {
            if let place = places[value] { return place }
            let place = Int32(values.count)
            values.append(value)
            places[value] = place
            return place
        }
    }
}
