/// The account that calls of a run go to: one number, one destination (performance.md P2).
package enum LoadDirectory {
    package static let account = "load"
    package static let trackingNumber = "+15005550100"
    package static let destination = "desk"

    package static let document = """
        account: \(account)
        name: Load
        country: US
        time_zone: Etc/UTC
        destinations:
          - {id: \(destination), number: "+15005550111", kind: landline}
        flows:
          - {id: main, start: {dial: \(destination)}}
        numbers:
          - {number: "\(trackingNumber)", name: Load, state: active, flow: main, source: {source: Load, medium: offline}}
        """
}
