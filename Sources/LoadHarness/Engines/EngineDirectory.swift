/// The account of P8: a schedule with overrides, ten weighted destinations, limits that are never reached.
enum EngineDirectory {
    static let trackingNumber = "+15005550101"

    private static let destinations = (0..<10).map {
        "  - {id: desk-\($0), number: \"+1500555011\($0)\", limits: [{max: 100000000, per: day}, {max: 100000, per: concurrent}]}"
    }

    static let document = """
        account: engines
        name: Engines
        country: US
        time_zone: America/New_York
        destinations:
        \(destinations.joined(separator: "\n"))
        schedules:
          - id: office
            weekly: {mon: ["09:00-17:00"], tue: ["09:00-17:00"], wed: ["09:00-12:00", "13:00-17:00"], thu: ["09:00-17:00"], fri: ["09:00-17:00"]}
            overrides:
              - {date: 2026-12-25, closed: true, yearly: true}
              - {date: 2026-01-01, closed: true, yearly: true}
              - {from: 2026-07-01, to: 2026-07-05, hours: ["10:00-14:00"]}
        flows:
          - id: main
            start:
              schedule: office
              open: {weighted: {\((0..<10).map { "desk-\($0): \(10 + $0)" }.joined(separator: ", "))}, then: {voicemail: {}}}
              closed: {voicemail: {}}
        numbers:
          - {number: "\(trackingNumber)", flow: main}
        """
}
