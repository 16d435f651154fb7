/// An account's tracking numbers in the document's order, found by number.
///
/// Packed into a few arrays, about 70 bytes a number and its name, because an account may have a million (performance.md, P7) and
/// memory that is allocated name by name among the parts of a document is never given back. A `TrackingNumber` is made when asked for.
public struct NumberTable: Sendable {
    package private(set) var rows: [Row] = []
    /// All names, one after the other, in UTF-8.
    package private(set) var names: [UInt8] = []
    package private(set) var sources: [StaticSource] = []
    package private(set) var assignments: [TrackingNumber.Assignment] = []
    private var placeByNumber: [PhoneNumber: Int32] = [:]

    private init(capacity: Int) {
        rows.reserveCapacity(capacity)
        placeByNumber.reserveCapacity(capacity)
    }

    /// Without numbers.
    init() {}

    /// The parts of a table again; nil where a row points beyond them or a number stands twice.
    package init?(rows: [Row], names: [UInt8], sources: [StaticSource], assignments: [TrackingNumber.Assignment]) {
        self.rows = rows
        self.names = names
        self.sources = sources
        self.assignments = assignments
        placeByNumber.reserveCapacity(rows.count)
        for (place, row) in rows.enumerated() {
            guard Int(row.nameStart) + Int(row.nameLength) <= names.count, Int(row.source) < sources.count,
                Int(row.assignment) < assignments.count, placeByNumber.updateValue(Int32(place), forKey: row.number) == nil
            else { return nil }
        }
    }

    /// Whether no row points beyond so many flows, destinations and pools.
    func fits(flows: Int, destinations: Int, pools: Int) -> Bool {
        rows.allSatisfy { Int($0.flow) < flows && Int($0.fallback) < destinations && Int($0.pool) < pools }
    }

    package func holds(_ number: PhoneNumber) -> Bool { placeByNumber[number] != nil }

    /// By flow, the first number that has a source of its own and that flow; nil where none has.
    func firstWithSource(flows: Int) -> [Int?] {
        var first = [Int?](repeating: nil, count: flows)
        for (place, row) in rows.enumerated() where row.source >= 0 && row.flow >= 0 && first[Int(row.flow)] == nil {
            first[Int(row.flow)] = place
        }
        return first
    }

    public subscript(number: PhoneNumber) -> TrackingNumber? { placeByNumber[number].map { self[Int($0)] } }

    /// In the document's order, without making the rest of each.
    public var phoneNumbers: some Sequence<PhoneNumber> { rows.lazy.map(\.number) }

    /// Everything but the number and the length of its name is a place in another array, -1 for none.
    package struct Row: Sendable {
        package let number: PhoneNumber
        package let nameStart: UInt32
        package let nameLength: UInt32
        package fileprivate(set) var flow: Int32
        package let fallback: Int32
        package let assignment: Int32
        package let source: Int32
        package fileprivate(set) var pool: Int32
        package let state: TrackingNumber.State

        package init(
            number: PhoneNumber, nameStart: UInt32, nameLength: UInt32, flow: Int32, fallback: Int32, assignment: Int32, source: Int32,
            pool: Int32, state: TrackingNumber.State
        ) {
            self.number = number
            self.nameStart = nameStart
            self.nameLength = nameLength
            self.flow = flow
            self.fallback = fallback
            self.assignment = assignment
            self.source = source
            self.pool = pool
            self.state = state
        }
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
