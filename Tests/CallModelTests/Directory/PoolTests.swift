import CallModel
import Testing

@Suite struct PoolTests {
    private static let whole = """
        account: acme
        country: US
        destinations: [{id: a, number: "+12125550111"}]
        flows: [{id: main, start: {dial: a}}, {id: web, start: {dial: a}}]
        numbers:
          - {number: "+12125550100", flow: main, source: {source: Radio}}
          - {number: "+12125550181", state: paused, flow: main, name: Kept, source: {source: Newsletter}}
          - {number: "+12125550182", name: Flowless}
        pools:
          - id: website
            name: Website visitors
            flow: web
            numbers: ["(212) 555-0180", "+12125550181", "+12125550182"]
            lease_seconds: 600
            max_lease_seconds: 7200
            cooldown_seconds: 0
            overflow: "+12125550189"
            source: {source: Website, medium: web}
          - {id: other, numbers: ["+12125550190"]}
        """

    @Test("A pool has its numbers in order, its overflow, times and source")
    func pool() throws {
        let pools = try Directory(yaml: Self.whole, version: 1).pools
        #expect(pools.map(\.id) == ["website", "other"])
        #expect(pools[0].name == "Website visitors")
        #expect(pools[0].flow == 1)
        #expect(pools[0].numbers.map(\.e164) == ["+12125550180", "+12125550181", "+12125550182"])
        #expect(pools[0].overflow?.e164 == "+12125550189")
        #expect([pools[0].leaseSeconds, pools[0].maxLeaseSeconds, pools[0].cooldownSeconds] == [600, 7200, 0])
        #expect(pools[0].source?.source == "Website" && pools[0].source?.medium == "web" && pools[0].source?.campaign == nil)
        #expect([pools[1].leaseSeconds, pools[1].maxLeaseSeconds, pools[1].cooldownSeconds] == [1800, 86_400, 300])
        #expect(pools[1].overflow == nil && pools[1].source == nil && pools[1].flow == nil)
    }

    @Test("A pool's number need not be among the numbers; what one says there comes first")
    func members() throws {
        let directory = try Directory(yaml: Self.whole, version: 1)
        func number(_ text: String) throws -> TrackingNumber { try #require(PhoneNumber(e164: text).flatMap(directory.trackingNumber)) }
        #expect(directory.numbers.count == 6)
        #expect(try number("+12125550100").pool == nil)
        let unnamed = try number("+12125550180")
        #expect(unnamed.state == .active && unnamed.flow == 1 && unnamed.pool == 0 && unnamed.source == nil && unnamed.name.isEmpty)
        let own = try number("+12125550181")
        #expect(own.state == .paused && own.flow == 0 && own.pool == 0 && own.source?.source == "Newsletter" && own.name == "Kept")
        let flowless = try number("+12125550182")
        #expect(flowless.flow == 1 && flowless.pool == 0)
        #expect(try number("+12125550189").pool == 0)
        let without = try number("+12125550190")
        #expect(without.flow == nil && without.pool == 1)
    }

    @Test("What is wrong with a pool is said", arguments: [
        ("[{numbers: []}]", "pools[0].id: is missing; write id: website"),
        ("[{id: web}]", "pools[0].numbers: is missing; write numbers: [\"+12125550180\"]"),
        ("[{id: web, numbers: []}, {id: web, numbers: []}]", "pools[1].id: \"web\" stands twice; give each its own id"),
        ("[{id: web, flow: nowhere, numbers: []}]", "pools[0].flow: there is no flow \"nowhere\"; add it to flows"),
        ("[{id: web, numbers: [\"0180\"]}]", "pools[0].numbers[0]: \"0180\" is no telephone number; write + and 8 to 15 digits, under +1 of the form NXX-NXX-XXXX"),
        ("[{id: web, numbers: [\"+12125550180\", \"(212) 555-0180\"]}]", "pools[0].numbers[1]: +12125550180 is in this pool already; a number has one place in one pool"),
        ("[{id: web, numbers: [\"+12125550180\"], overflow: \"+12125550180\"}]", "pools[0].overflow: +12125550180 is in this pool already; a number has one place in one pool"),
        ("[{id: web, numbers: [\"+12125550180\"]}, {id: b, numbers: [\"+12125550180\"]}]", "pools[1].numbers[0]: +12125550180 is in pool \"web\" already; a number has one place in one pool"),
        ("[{id: web, numbers: [\"+12125550111\"]}]", "pools[0].numbers[0]: +12125550111 is the number of destination \"a\" too; a number is either dialled or rung"),
        ("[{id: web, numbers: [\"+12125550101\"]}]", "pools[0].numbers[0]: +12125550101 is pending, and such a number takes no calls; make it active in numbers, or leave it out here"),
        ("[{id: web, numbers: [], overflow: \"+12125550102\"}]", "pools[0].overflow: +12125550102 is released, and such a number takes no calls; make it active in numbers, or leave it out here"),
        ("[{id: web, numbers: [], lease_seconds: 0}]", "pools[0].lease_seconds: \"0\" is not allowed; write a whole number from 1 to 31536000"),
        ("[{id: web, numbers: [], cooldown_seconds: -1}]", "pools[0].cooldown_seconds: \"-1\" is not allowed; write a whole number from 0 to 31536000"),
        ("[{id: web, numbers: [], lease_seconds: 600, max_lease_seconds: 599}]", "pools[0].max_lease_seconds: 599 is less than one lease; write lease_seconds (600) or more"),
        ("[{id: web, numbers: [], source: {medium: x}}]", "pools[0].source.source: is missing; write source: Billboard I-90"),
        ("[{id: web, numbers: [], number: 1}]", "pools[0].number: unknown key \"number\"; did you mean numbers?"),
    ])
    func wrong(pools: String, problem: String) {
        let numbers = "[{number: \"+12125550101\", state: pending}, {number: \"+12125550102\", state: released}]"
        #expect(problems(document(numbers: numbers, more: "pools: \(pools)")) == [problem])
    }

    @Test("A stopped number may stay in its pool")
    func stopped() {
        #expect(problems(document(numbers: "[{number: \"+12125550180\", state: stopped}]", more: "pools: [{id: web, numbers: [\"+12125550180\"]}]")) == [])
    }

    @Test("A pool's flow may ask for what a web visit tells, unless a number of the pool has a source of its own")
    func visitConditions() {
        func found(_ source: String) -> [String] {
            let text = document(
                flow: "{source: [{keyword: roof, to: {dial: a}}]}", numbers: "[{number: \"+12125550180\"\(source)}]",
                more: "pools: [{id: web, flow: main, source: {source: Website}, numbers: [\"+12125550180\"]}]")
            return problems(text)
        }
        #expect(found("").isEmpty)
        #expect(found(", source: {source: x}").count == 1)
    }
}
