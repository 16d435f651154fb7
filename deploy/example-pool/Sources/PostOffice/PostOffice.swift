import Foundation
import Logging
import MessageBroker
import MessageClient
import MessageWorker

/// A pool for another job than calls: letters. Broker, worker and client in one process; three processes would do the same.
@main
struct PostOffice {
    static func main() async throws {
        var logger = Logger(label: "post-office")
        logger.logLevel = .warning
        let data = FileManager.default.temporaryDirectory.appendingPathComponent("post-office-\(UUID())")
        defer { try? FileManager.default.removeItem(at: data) }

        var settings = try BrokerConfiguration(yaml: services)
        settings.data = data.path
        // Any ports that are free. A broker of its own says where: tcp://127.0.0.1:7570 and :7571 if nothing is said.
        settings.front = ["tcp://127.0.0.1:*"]
        settings.back = ["tcp://127.0.0.1:*"]
        let broker = try RunningBroker(settings, logger: logger)
        let (front, back) = (broker.endpoints.front, broker.endpoints.back)

        let worker = try MessageWorker(
            endpoints: back, name: "post-office", services: [postageService, lettersService(roads: Roads()), trackingService], logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await worker.run() }
            try await withMessageClient(endpoints: front, name: "counter", logger: logger) { client in
                try await visit(Counter(client: client))
            }
            // Finishes what it holds; the broker goes last.
            worker.shutDown()
            try await group.waitForAll()
        }
        broker.stop()
        try await broker.ended()
    }

    /// What the broker knows of the services; a file would say the same.
    private static let services = """
        services:
          postoffice.v1.Postage: {class: unary, default_timeout: 2s}
          postoffice.v1.Tracking: {class: unary}
          postoffice.v1.Letters: {class: durable, max_attempts: 3, initial_backoff: 100ms}
        """

    private static func visit(_ counter: Counter) async throws {
        var letter = Letter()
        letter.recipient = "Ada"
        letter.town = "Springfield"
        letter.grams = 20
        print("postage: \(try await counter.postage(of: letter)) cents")

        let sent = try await counter.send(letter)
        print("to \(letter.town): \(try await counter.outcome(of: sent))")
        try await counter.follow(letter) { place in print("seen: \(place)") }

        letter.town = "Atlantis"
        let lost = try await counter.send(letter)
        print("to \(letter.town): \(try await counter.outcome(of: lost))")
        for letter in try await counter.deadLetters() { print("dead letter: \(letter)") }
    }
}
