import MessageClient
import MessageWire

/// Looks again and again, each time after others have had their turn.
///
/// - Throws: where it has not become true within `limit`.
func untilTrue(within limit: Duration = .seconds(20), _ what: String = #function, _ condition: () async throws -> Bool) async throws {
    let end = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < end else { throw ProgramError(description: "\(what): not within \(limit)") }
        await Task.yield()
    }
}

extension MessageClient {
    /// Until a peer of that instance has a session.
    func waitForPeer(_ instance: String) async throws {
        try await untilTrue("peer \(instance)") {
            let peers = try await admin("ListPeers")["peers"]?.array ?? []
            return peers.contains { $0["instance"]?.string == instance }
        }
    }
}
