/// Names of the services that this project runs in a pool (interfaces.md §1).
package enum ServiceName {
    package static let routing = "trunkline.v1.Routing"
    package static let callEvents = "trunkline.v1.CallEvents"
    package static let numberPools = "trunkline.v1.NumberPools"
    package static let liveCalls = "trunkline.v1.LiveCalls"
    package static let liveEvents = "trunkline.v1.LiveEvents"
    package static let attribution = "trunkline.v1.Attribution"
    package static let callLog = "trunkline.v1.CallLog"
    package static let keeping = "trunkline.v1.Keeping"
    package static let callerHistory = "trunkline.v1.CallerHistory"
    package static let directory = "trunkline.v1.Directory"
}
