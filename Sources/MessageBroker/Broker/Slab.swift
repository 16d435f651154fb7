/// Numbered places for values that are used again: a place keeps its number and its address while it is taken.
package struct Slab<Element: ~Copyable>: ~Copyable {
    private var chunks: UnsafeMutablePointer<UnsafeMutablePointer<Element>>
    private var chunkCount = 0
    private var chunkCapacity = 64
    private var free: [Int32] = []
    package private(set) var count = 0
    private var taken: [Bool] = []

    private static var chunkShift: Int { 8 }
    private static var chunkSize: Int { 1 << chunkShift }

    package init() {
        chunks = .allocate(capacity: 64)
    }

    deinit {
        for index in taken.indices where taken[index] {
            (chunks[index >> Self.chunkShift] + index & (Self.chunkSize - 1)).deinitialize(count: 1)
        }
        for index in 0..<chunkCount { chunks[index].deallocate() }
        chunks.deallocate()
    }

    /// Places ever made; numbers are below it.
    package var capacity: Int { chunkCount << Self.chunkShift }

    package mutating func insert(_ element: consuming Element) -> Int32 {
        if free.isEmpty { grow() }
        let index = free.removeLast()
        place(index).initialize(to: element)
        taken[Int(index)] = true
        count += 1
        return index
    }

    package mutating func remove(_ index: Int32) -> Element {
        check(index)
        taken[Int(index)] = false
        free.append(index)
        count -= 1
        return place(index).move()
    }

    package subscript(_ index: Int32) -> Element {
        @inline(__always)
        unsafeAddress {
            check(index)
            return UnsafePointer(place(index))
        }
        @inline(__always)
        unsafeMutableAddress {
            check(index)
            return place(index)
        }
    }

    package func isTaken(_ index: Int32) -> Bool {
        index >= 0 && Int(index) < taken.count && taken[Int(index)]
    }

    @inline(__always)
    private func place(_ index: Int32) -> UnsafeMutablePointer<Element> {
        chunks[Int(index) >> Self.chunkShift] + Int(index) & (Self.chunkSize - 1)
    }

    @inline(__always)
    private func check(_ index: Int32) {
        // A number that outlived its place is a bug of ours; reading on would mix up two peers' requests.
        precondition(isTaken(index), "no such place")
    }

    private mutating func grow() {
        if chunkCount == chunkCapacity {
            let larger = UnsafeMutablePointer<UnsafeMutablePointer<Element>>.allocate(capacity: chunkCapacity * 2)
            larger.moveInitialize(from: chunks, count: chunkCount)
            chunks.deallocate()
            chunks = larger
            chunkCapacity *= 2
        }
        (chunks + chunkCount).initialize(to: .allocate(capacity: Self.chunkSize))
        let first = Int32(capacity)
        chunkCount += 1
        taken.append(contentsOf: repeatElement(false, count: Self.chunkSize))
        free.reserveCapacity(capacity)
        for index in (first..<first + Int32(Self.chunkSize)).reversed() { free.append(index) }
    }
}
