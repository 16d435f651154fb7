/// An account that is small enough to know by heart. Every number is from a range kept for fiction.
enum Sample {
    static let google = "+12125550161"
    static let radio = "+12125550162"
    static let anna = "+12125550111"
    static let caller = "+13125550142"

    /// - Parameter flow: the beginning of the flow `main`.
    static func directory(flow: String = "{dial: anna, ring_seconds: 20}") -> String {
        """
        account: acme
        name: Acme Roofing
        country: US
        time_zone: America/New_York
        destinations:
          - {id: anna, number: "\(anna)", kind: landline}
          - {id: ben, number: "+12125550112", kind: landline}
        flows:
          - {id: main, start: \(flow)}
        numbers:
          - {number: "\(google)", flow: main, source: {source: google, medium: cpc}}
          - {number: "\(radio)", flow: main, source: {source: Radio, medium: radio}}

        """
    }

    static let withFiveFaults = """
        account: acme
        country: US
        colour: red
        destinations:
          - {id: anna, number: "12"}
        flows:
          - {id: main, start: {dial: nobody}}
        numbers:
          - {number: "\(google)", flow: nope}

        """
}
