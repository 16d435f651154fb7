import ArgumentParser
import CallModel
import CallServices
import CallWire
import Foundation
import MessageClient
import MessageWire

/// `trunkline route`: one real call through the pool.
struct RouteCommand: HouseCommand {
    static let configuration = CommandConfiguration(
        commandName: "route", abstract: "Send one call through the pool, and show where it goes and why.")

    @OptionGroup var common: VerbosityOptions
    @OptionGroup var pool: PoolOptions

    @Option(name: .long, help: "The tracking number that was dialled.")
    var to: String

    @Option(name: .long, help: "The caller's number; left out: withheld.")
    var from: String?

    @Option(name: .long, help: "The call's id (default: a new one).")
    var callID: String?

    @Flag(name: .long, help: "Record it as a test call: it touches no report.")
    var test = false

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func execute() async throws {
        let call = InboundCall(
            callID: callID ?? "route-" + UUID().uuidString.lowercased(), to: to, from: from ?? "", at: PoolStages.now(), provider: "trunkline",
            isTest: test)
        let request = try Self.json(call)
        let decision = try await pool.withPool(common) { client in
            try await client.ask(ServiceName.routing + "/RouteCall", request)
        }
        json ? Terminal.say(decision.text) : Self.show(decision)
    }

    private static func json(_ call: InboundCall) throws(CommandFailure) -> JSON {
        do throws(CallWireError) {
            let body = try call.body(.json)
            guard let json = body.withUnsafeBytes({ JSON($0) }) else { throw CallWireError(.malformed, "the call cannot be written as JSON") }
            return json
        } catch {
            throw CommandFailure(.badInput, error.message)
        }
    }

    private static func show(_ decision: JSON) {
        func text(_ name: String) -> String { decision[name]?.string ?? "" }
        Terminal.say("\(text("call_id")): \(summary(decision))")
        if !text("account").isEmpty {
            Terminal.say("account \(text("account")), flow \(text("flow").isEmpty ? "-" : text("flow")), directory version \(decision["directory_version"]?.integer ?? 0)")
        }
        for dial in decision["plan"]?.array ?? [] { Terminal.say("then  \(targets(dial))") }
        TraceTable.show(decision["trace"]?.array ?? [])
    }

    private static func summary(_ decision: JSON) -> String {
        switch decision["action"]?.string {
        case "CONNECT": decision["dial"].map { "connect to \(targets($0))" } ?? "connect"
        case "GATHER": "ask for keys"
        case "VOICEMAIL": "voicemail"
        case "REJECT": "reject: \(decision["cause"]?.string ?? "") (SIP \(decision["sip_status"]?.string ?? ""))"
        default: decision["action"]?.string ?? "no action"
        }
    }

    private static func targets(_ dial: JSON) -> String {
        let names = (dial["targets"]?.array ?? []).map { "\($0["destination_id"]?.string ?? "") (\($0["number"]?.string ?? ""))" }
        return names.joined(separator: " and ") + " for \(dial["ring_seconds"]?.integer ?? 0) s"
    }
}
