import ArgumentParser
import Foundation
import MessageClient
import MessageWire

/// `trunkline request PATH`: one request of any service, unary or durable.
struct RequestCommand: HouseCommand {
    static let configuration = CommandConfiguration(
        commandName: "request", abstract: "Send one request to any service, and print its answer.",
        discussion: """
            The broker says whether the service is unary or durable. A unary one's reply is printed. A durable request is done \
            when the broker has it; --wait waits for what becomes of it. Sending again under the same --id is safe: the broker \
            knows it by that.
            """)

    @OptionGroup var common: VerbosityOptions
    @OptionGroup var pool: PoolOptions

    @Argument(help: "package.Service/Method")
    var path: String

    @Option(name: .long, help: "The body: JSON, @FILE for a file's bytes, - for standard input.")
    var body = "{}"

    @Option(name: .long, help: "What kind of body it is; only JSON is checked here.")
    var contentType = "application/json"

    @Option(name: .long, help: "An entry of metadata, key=value; as often as there are entries.")
    var metadata: [String] = []

    @Option(name: .long, help: "The request's id, 32 hex digits (default: a new one).")
    var id: String?

    @Option(name: .long, help: "Seconds to wait for the answer; with --wait, for the end.")
    var timeout = 30.0

    @Flag(name: .long, help: "Durable: wait until it is settled or dead.")
    var wait = false

    @Option(name: .long, help: "Write the reply's body to this file, byte for byte.")
    var output: String?

    @Flag(name: .long, help: "Durable: print JSON.")
    var json = false

    func validate() throws {
        guard timeout >= 0.001, timeout <= 86_400 else { throw ValidationError("--timeout \(timeout): give seconds from 0.001 to 86400") }
        guard path.contains("/"), !path.hasPrefix("/"), !path.hasSuffix("/") else {
            throw ValidationError("\(path): no path; write package.Service/Method")
        }
    }

    func execute() async throws {
        let draft = try draft()
        if let reply = try await pool.withPool(common, { client in try await send(draft, client) }) {
            try show(reply)
        }
    }

    // MARK: what is sent

    /// All that is said on the command line, read and checked before the pool is asked for anything.
    private struct Draft: Sendable {
        var id: RequestID
        var body: [UInt8]
        var entries: [(key: String, value: String)]
    }

    private func draft() throws(CommandFailure) -> Draft {
        var entries: [(key: String, value: String)] = []
        for entry in metadata {
            guard let sign = entry.firstIndex(of: "="), sign > entry.startIndex else {
                throw CommandFailure(.usage, "--metadata \(entry.prefix(80).description.onOneLine): write key=value")
            }
            entries.append((String(entry[..<sign]), String(entry[entry.index(after: sign)...])))
        }
        return Draft(id: try id.map { text throws(CommandFailure) in try RequestID(given: text) } ?? RequestIDs.next(), body: try bytes(), entries: entries)
    }

    /// More than any broker that is not set up for it would take (wire.md §8: max_frame, 4 MiB by default).
    private static let bodyLimit = 64 << 20

    private func bytes() throws(CommandFailure) -> [UInt8] {
        let bytes: [UInt8] =
            if body == "-" {
                [UInt8](try Files.bytes("-", limit: Self.bodyLimit))
            } else if body.hasPrefix("@") {
                [UInt8](try Files.bytes(String(body.dropFirst()), limit: Self.bodyLimit))
            } else {
                Array(body.utf8)
            }
        guard contentType != "application/json" || bytes.withUnsafeBytes({ JSON($0) }) != nil else {
            throw CommandFailure(.badInput, "the body (\(bytes.count) bytes) is not JSON; correct it, or name its kind with --content-type")
        }
        return bytes
    }

    // MARK: unary

    /// No worker, a queue that is full, a pause, a deadline: another time it may work.
    private static let mayPass: Set<StatusCode> = [.unavailable, .resourceExhausted, .failedPrecondition, .deadlineExceeded]

    private func send(_ draft: Draft, _ client: MessageClient) async throws -> Reply? {
        let service = String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
        // The broker answers these itself and lists them nowhere (wire.md §7).
        let isBuiltIn = service == "grpc.health.v1.Health" || service == "trunkline.pool.v1.Admin"
        let isDurable = isBuiltIn ? false : try await client.service(service).isDurable
        guard isDurable || !(wait || json) else {
            throw CommandFailure(.usage, "\(service) is unary: --wait and --json are for durable services; its reply is printed as it is")
        }
        guard !isDurable || output == nil else { throw CommandFailure(.usage, "\(service) is durable: it has no reply to write to --output") }
        let timeout = Duration.milliseconds(Int64(timeout * 1000))
        do {
            guard isDurable else {
                return try await client.call(path, draft.body, contentType: contentType, metadata: draft.entries, timeout: timeout, id: draft.id)
            }
            let end = ContinuousClock.now + timeout
            let acceptance = try await client.submit(path, draft.body, contentType: contentType, metadata: draft.entries, timeout: timeout, id: draft.id)
            try await tell(draft.id, acceptance, until: end, client)
            return nil
        } catch let error as CallError where error.status == .resourceExhausted && error.pushback == .never {
            throw CommandFailure(.badInput, error.message, cause: "\(error)")
        } catch let error as CallError where error.status == .alreadyExists {
            throw CommandFailure(.badInput, "--id \(draft.id.hex): \(error.message); leave --id away for a new one", cause: "\(error)")
        } catch let error as CallError where error.wasSent && error.pushback != .never && Self.mayPass.contains(error.status) {
            throw CommandFailure(
                .refusedForNow, "\(error.message.isEmpty ? error.status.name : error.message.onOneLine); `trunkline explain \(service)` says what holds it up", cause: "\(error)")
        } catch var error as CallError {
            // A handler's own words.
            error.message = error.message.onOneLine
            throw error
        }
    }

    private func show(_ reply: Reply) throws(CommandFailure) {
        if let output {
            guard FileManager.default.createFile(atPath: output, contents: Data(reply.body)) else {
                throw CommandFailure(.io, "\(output): cannot be written; check the folder and its permissions")
            }
            return Terminal.complain("\(reply.body.count) bytes written to \(output)")
        }
        guard !reply.body.isEmpty else { return }
        guard let text = BodyText(reply.body).text else {
            let kind = reply["content-type"].map { ", \($0.onOneLine)" } ?? ""
            return Terminal.complain("the reply is binary (\(reply.body.count) bytes\(kind)); --output FILE takes it")
        }
        Terminal.say(text.hasSuffix("\n") ? String(text.dropLast()) : text)
    }
}
