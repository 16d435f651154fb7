import CallModel
import CallStorage
import Testing

@Suite("A packed directory")
struct PackedDirectoryTests {
    private static let text = """
        account: acme
        country: US
        time_zone: America/New_York
        destinations: [{id: a, number: "+12125550111", limits: [{max: +5, per: day}]}, {id: b, number: "+12125550122"}]
        schedules: [{id: s, weekly: {mon: ["09:00-17:00"]}}]
        flows:
          - {id: main, start: {keypad: {01: {dial: a}, "#": {reject: busy}}, prompt: "1\n2", no_input: {voicemail: }}}
          - {id: web, start: {source: [{keyword: roof, to: {dial: b}}], otherwise: {schedule: s, open: {weighted: {a: 1, b: 0}}}}}
        numbers:
          - {number: "+12125550100", name: Ünïted, flow: main, source: {source: Radio, campaign: ""}, fallback: b}
          - {number: "+442079460000", state: stopped}
          - {number: "+12125550101", state: paused, name: Two, source: {source: Radio, medium: air}, assigned_to: {kind: page, value: /}}
          - {number: "+12125550180", name: Own}
        pools: [{id: p, flow: web, numbers: ["+12125550180", "+12125550181"], overflow: "+12125550189"}]
        qualify: [{name: lead, all: [{talk_seconds: ">= 60"}]}]
        tests: [{timeline: [{call: c1}], expect: [{call: c1, outcome: answered}]}]
        """

    private static func packed() throws -> (directory: Directory, bytes: [UInt8]) {
        let (directory, outline) = try Directory.read(text, version: 1)
        return (directory, PackedDirectory.bytes(outline: outline, numbers: directory.numbers))
    }

    @Test("is the same directory again")
    func again() throws {
        let (directory, bytes) = try Self.packed()
        let again = try PackedDirectory.directory(bytes, version: 7)
        #expect(again.version == 7 && again.account == "acme")
        // Zones and nodes have no equality of their own; their description has all that is in them but identities.
        #expect("\(again.numbers.map { $0 })" == "\(directory.numbers.map { $0 })")
        #expect(again.flows.map { $0.nodes.map(\.label) } == directory.flows.map { $0.nodes.map(\.label) })
        #expect(again.destinations.map(\.limits) == directory.destinations.map(\.limits))
        #expect(again.pools.map(\.numbers) == directory.pools.map(\.numbers))
        #expect(again.qualify == directory.qualify)
        #expect(again.tests.map(\.json) == directory.tests.map(\.json))
        for number in directory.numbers.phoneNumbers { #expect(again.trackingNumber(number)?.number == number) }
    }

    @Test("that is cut or changed anywhere is refused or another right one, and crashes nothing")
    func damaged() throws {
        let (_, bytes) = try Self.packed()
        for end in bytes.indices { #expect(throws: StorageError.self) { try PackedDirectory.directory(Array(bytes[..<end]), version: 1) } }
        for place in bytes.indices {
            for change: UInt8 in [1, 0x80, 0xFF] {
                var other = bytes
                other[place] ^= change
                _ = try? PackedDirectory.directory(other, version: 1)
            }
        }
        #expect(throws: StorageError.self) { try PackedDirectory.directory(bytes + [0], version: 1) }
    }
}
