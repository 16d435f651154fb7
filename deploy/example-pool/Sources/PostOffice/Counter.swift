import MessageClient
import MessageWire
import SwiftProtobuf

/// The post office as a customer sees it: requests with their types.
struct Counter {
    let client: MessageClient

    /// A quote may be asked for twice, so it is sent again where an answer was lost.
    func postage(of letter: Letter) async throws -> UInt32 {
        let reply = try await client.call("postoffice.v1.Postage/Quote", letter.serializedBytes(), timeout: .seconds(2), idempotent: true, waitForReady: true)
        return try Price(serializedBytes: reply.body).cents
    }

    /// Returns once the broker has it on disk.
    func send(_ letter: Letter) async throws -> RequestID {
        // Whoever has an id of its own, such as an order's, uses that: to submit it again is to submit it once.
        let id = RequestIDs.next()
        _ = try await client.submit("postoffice.v1.Letters/Send", letter.serializedBytes(), id: id)
        return id
    }

    /// Waits until it is settled or dead. A program that need not know does not ask.
    func outcome(of id: RequestID) async throws -> String {
        while true {
            let request = try await client.query(id)
            if let state = request["state"]?.string, state == "settled" || state == "dead" { return state }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    func follow(_ letter: Letter, _ seen: (String) -> Void) async throws {
        let request = try Request.unary("postoffice.v1.Tracking/Follow", letter.serializedBytes(), timeout: .seconds(10), waitForReady: true)
        try await client.stream(request) { stream in
            for try await part in stream { seen(try Sighting(serializedBytes: part.body).place) }
        }
    }

    /// What the broker gave up. An operator reads, replays or purges them.
    func deadLetters() async throws -> [String] {
        let answer = try await client.admin("ListDead", ["service": "postoffice.v1.Letters", "limit": 100])
        return (answer["dead"]?.array ?? []).map { letter in
            "\(letter["request_id"]?.string ?? "?") after \(letter["failures"]?.integer ?? 0) failures: \(letter["last_message"]?.string ?? "")"
        }
    }
}
