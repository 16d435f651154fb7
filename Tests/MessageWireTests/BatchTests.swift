import MessageWire
import Testing

@Suite struct BatchTests {
    private func items(_ body: [UInt8], _ count: UInt32) throws(Malformed) -> [Range<Int>] {
        try body.withUnsafeBufferPointer { bytes throws(Malformed) in try Batch.items(in: UnsafeRawBufferPointer(bytes), count: count) }
    }

    @Test func `items lie one behind the other and fill the body`() throws {
        #expect(try items([], 0) == [])
        #expect(try items([0, 0, 0, 2, 9, 9, 0, 0, 0, 0, 0, 0, 0, 1, 7], 3) == [4..<6, 10..<10, 14..<15])
        #expect(try items([UInt8](repeating: 0, count: 4 * 4096), 4096).count == 4096)
    }

    @Test(arguments: [
        ([], 1), ([0, 0, 0], 1), ([0, 0, 0, 1], 1), ([0, 0, 0, 0], 0), ([0, 0, 0, 0], 2), ([0, 0, 0, 0, 0], 1), ([255, 255, 255, 255, 1], 1),
        ([UInt8](repeating: 0, count: 4 * 4097), 4097), ([], UInt32.max),
    ] as [([UInt8], UInt32)])
    func `what does not add up is malformed`(_ body: [UInt8], _ count: UInt32) {
        #expect(throws: Malformed.batch) { try items(body, count) }
    }
}
