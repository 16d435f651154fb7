import CallModel
import CallRouting
import Testing

@Suite("Versions of a directory while calls are in progress")
struct VersionTests {
    private let start = Moment.wednesdayMorning

    private func directories() throws -> (Directory, Directory) {
        (try Acme.directory(main: "{sequential: [a, b]}", version: 1), try Acme.directory(main: "{sequential: [a, c]}", version: 2))
    }

    @Test("a call stays on the version it began with; a new call gets the new one")
    func stays() throws {
        let (first, second) = try directories()
        var table = RoutingTable()
        table.install(first, at: start)
        let ringing = Acme.router(table).decide(Acme.call(), at: start)
        table.install(second, at: start.advanced(bySeconds: 10))
        let next = try Acme.router(table).decide(ringing.progress("no_answer", after: 25), at: start.advanced(bySeconds: 25))
        #expect(next.dialled == ["b"] && next.directoryVersion == 1)
        let other = try Acme.router(table).decisions(Acme.call("c2"))
        #expect(other.map(\.dialled) == [["a"], ["c"], []] && other[0].directoryVersion == 2)
    }

    @Test("where the old version is not held, the call goes on in the present one at the same place, with whoever is still there")
    func goesOn() throws {
        let first = try Acme.directory(main: "{sequential: [a, b, c]}", version: 1)
        let second = try Acme.directory(main: "{sequential: [a, c, d]}", version: 2)
        let ringing = Acme.router(first).decide(Acme.call(), at: start)
        let next = try Acme.router(second).decide(ringing.progress("no_answer", after: 25), at: start)
        #expect(next.dialled == ["c"] && next.directoryVersion == 2)
    }

    @Test("where that place is gone, the call ends as no_destination")
    func placeGone() throws {
        let (first, _) = try directories()
        let ringing = Acme.router(first).decide(Acme.call(), at: start)
        let other = try Acme.directory(main: "{simultaneous: [a, c]}", version: 2)
        let next = try Acme.router(other).decide(ringing.progress("no_answer", after: 25), at: start)
        #expect(next.cause == "no_destination" && next.directoryVersion == 2)
    }

    @Test("a continuation of an account that is not routed here is an error")
    func unknownAccount() throws {
        let (first, _) = try directories()
        let ringing = Acme.router(first).decide(Acme.call(), at: start)
        let error = #expect(throws: RoutingError.self) { try Acme.router(RoutingTable()).decide(ringing.progress("busy", after: 1), at: start) }
        #expect(error?.code == .unknownAccount)
    }

    @Test("a replaced version is kept as long as a call may last, and no longer")
    func retired() throws {
        let (first, second) = try directories()
        var table = RoutingTable()
        table.install(first, at: start)
        table.install(second, at: start)
        let longest = Double(first.settings.maxCallSeconds)
        table.install(try Acme.directory(main: "{dial: a}", version: 3), at: start.advanced(bySeconds: longest))
        #expect(table.directory(of: "acme", version: 1) != nil)
        table.install(try Acme.directory(main: "{dial: b}", version: 4), at: start.advanced(bySeconds: longest + 0.001))
        #expect(table.directory(of: "acme", version: 1) == nil && table.directory(of: "acme", version: 3) != nil)
    }

    @Test("a number that left the directory is nobody's from then on, and one that moves follows whichever account had it last")
    func numbersMove() throws {
        var table = RoutingTable()
        table.install(try Acme.directory(main: "{dial: a}", version: 1), at: start)
        let beta = try Directory(
            yaml: """
                account: beta
                country: US
                time_zone: America/New_York
                destinations: [{id: z, number: "+12125550199", kind: mobile}]
                flows: [{id: main, start: {dial: z}}]
                numbers: [{number: "\(Acme.number)", flow: main}]
                """, version: 1)
        table.install(beta, at: start)
        #expect(Acme.router(table).decide(Acme.call(), at: start).account == "beta")
        table.install(try Acme.directory(main: "{dial: a}", numbers: "  - {number: \"+12125550101\", flow: main}", version: 2), at: start)
        #expect(Acme.router(table).decide(Acme.call(), at: start).account == "beta")
        #expect(Acme.router(table).decide(Acme.call(to: "+12125550101"), at: start).account == "acme")
        table.install(try Acme.directory(main: "{dial: a}", numbers: "  - {number: \"+12125550102\", flow: main}", version: 3), at: start)
        #expect(Acme.router(table).decide(Acme.call(to: "+12125550101"), at: start).cause == "unknown_number")
    }

    @Test("an operator's word about a schedule holds at once, for calls in progress too")
    func manual() throws {
        let scheduled = "{dial: a, then: {schedule: office, open: {dial: b}, closed: {dial: c}}}"
        var table = RoutingTable()
        table.install(try Acme.directory(main: scheduled, version: 1), at: start)
        let ringing = Acme.router(table).decide(Acme.call(), at: start)
        table.install(try Acme.directory(main: scheduled, version: 2), at: start)
        let closed = table.set(Schedule.Manual(isOpen: false, until: nil), schedule: "office", account: "acme")
        #expect(closed)
        #expect(try Acme.router(table).decide(ringing.progress("busy", after: 1), at: start).dialled == ["c"])
        let takenBack = table.set(nil, schedule: "office", account: "acme")
        #expect(takenBack)
        #expect(try Acme.router(table).decide(ringing.progress("busy", after: 1), at: start).dialled == ["b"])
        let nowhere = table.set(nil, schedule: "nowhere", account: "acme")
        #expect(!nowhere)
    }
}
