import Synchronization
package import ZeroMQ

/// Raised when a run is to end early and report what it has. Wakes a thread that polls its doorbell.
package final class StopFlag: Sendable {
    package let doorbell: Doorbell
    private let raised = Atomic(false)

    package init() throws(LoadError) {
        do throws(ZeroMQError) { doorbell = try Doorbell() } catch { throw LoadError(error) }
    }

    package var isRaised: Bool { raised.load(ordering: .acquiring) }

    package func raise() {
        raised.store(true, ordering: .releasing)
        doorbell.ring()
    }
}

extension LoadError {
    init(_ error: ZeroMQError) { self.init(.system, "\(error)") }
}
