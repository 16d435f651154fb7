import ArgumentParser
import Foundation
import MessageClient
import MessageWire

extension DeadCommand {
    struct Show: HouseCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one dead request: why it died, its metadata and its body.",
            discussion: "The body is what its producer sent, phone numbers and all.")

        @OptionGroup var common: VerbosityOptions
        @OptionGroup var pool: PoolOptions

        @Argument(help: "The request's id.")
        var id: String

        @Flag(name: .long, help: "Only the body, byte for byte.")
        var body = false

        @Flag(name: .long, help: "Print JSON, with the body in base64.")
        var json = false

        func execute() async throws {
            let id = try RequestID(given: id)
            let letter = try await pool.withPool(common) { client in try await client.deadLetter(id) }
            guard !json else { return Terminal.say(letter.text) }
            guard let bytes = letter["body"]?.string.flatMap({ Data(base64Encoded: $0) }).map({ [UInt8]($0) }) else {
                throw CommandFailure(.failed, "the broker's answer about \(id.hex) has no body that can be read")
            }
            if body { return try Terminal.hand(over: bytes) }
            Self.show(letter, bytes)
        }

        private static func show(_ letter: JSON, _ body: [UInt8]) {
            var table = TextTable(["request", letter["request_id"]?.string ?? ""])
            table.add(["path", letter["path"]?.string ?? ""])
            table.add(["state", letter["state"]?.string ?? ""])
            table.add(["why", letter.why])
            table.add(["status", letter.statusName])
            for name in ["attempts", "failures", "losses"] { table.add([name, String(letter[name]?.integer ?? 0)]) }
            table.add(["accepted at", TimeText.moment(letter["accepted_at"]?.integer)])
            table.add(["died at", TimeText.moment(letter["ended_at"]?.integer)])
            if case .object(let entries)? = letter["metadata"] {
                for entry in entries { table.add(["  " + entry.name, (entry.value.string ?? "").onOneLine]) }
            }
            table.show()
            Terminal.say("\nbody, \(body.count) bytes\(body.isEmpty ? "" : ":")")
            if !body.isEmpty { Terminal.say(BodyText(body).shown) }
        }
    }
}

extension MessageClient {
    /// A dead request with its metadata and body.
    ///
    /// - Throws: `CommandFailure` that says what became of the request, where it is not dead.
    func deadLetter(_ id: RequestID) async throws -> JSON {
        let question: JSON = ["request_id": .string(id.hex)]
        do throws(CallError) {
            return try await admin("ReadDead", question, timeout: .seconds(10))
        } catch {
            guard error.status == .notFound else { throw error }
            guard let request = try? await admin("GetRequest", question), let state = request["state"]?.string else {
                throw CommandFailure(.failed, "no durable request has the id \(id.hex); `trunkline dead list SERVICE` lists the dead")
            }
            let reason = request["reason"]?.string.map { " (\($0.onOneLine))" } ?? ""
            throw CommandFailure(.failed, "\(id.hex) of \(request["service"]?.string ?? "") is not dead but \(state)\(reason)")
        }
    }
}

extension RequestID {
    /// An id as a person writes it.
    init(given text: String) throws(CommandFailure) {
        guard let id = RequestID(hex: text), !id.isZero else {
            throw CommandFailure(.badInput, "\"\(text.prefix(80).description.onOneLine)\" is no request id: 32 hex digits are meant, hyphens allowed")
        }
        self = id
    }
}
